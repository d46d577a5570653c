extension StreamCheck {
    private typealias Claim = (policy: Int, candidate: Track.Candidate)

    /// Decides what goes out.
    ///
    /// Of several candidates the one that begins first counts, and only when no other detector may still find
    /// something that begins earlier: so it is the same one however the stream is cut.
    mutating func settle(_ verdict: inout StreamVerdict, isFinal: Bool) {
        let first = claims().min { ($0.candidate.start, $0.policy) < ($1.candidate.start, $1.policy) }
        if let first, isFinal || isDecided(first.candidate.start) {
            return block(first, &verdict)
        }
        let clear = tracks.compactMap(\.clear).min() ?? held.count
        release(upTo: isFinal ? held.count : min(clear, first?.candidate.start ?? clear), &verdict)
    }

    /// All that policies which block have found, with texts that are too long.
    private func claims() -> [Claim] {
        let found: [Claim] = tracks.compactMap { track in track.candidate.map { (track.policy, $0) } }
        return found
            + lengths.indices.compactMap { index in
                guard policies[index].blocks, let excess = lengths[index].excess, let range = excess.range else {
                    return nil
                }
                return (index, Track.Candidate(finding: excess, start: range.lowerBound - base))
            }
    }

    private func isDecided(_ start: Int) -> Bool {
        tracks.allSatisfy { $0.role != .blocking || $0.candidate != nil || $0.scan.position > start }
    }

    private mutating func block(_ claim: Claim, _ verdict: inout StreamVerdict) {
        release(upTo: claim.candidate.start, &verdict)
        add(claim.candidate.finding, claim.policy, &verdict)
        blocked = policies[claim.policy]
        verdict.blocked = blocked
        (held, tracks) = ([], [])
    }

    private mutating func release(upTo end: Int, _ verdict: inout StreamVerdict) {
        guard end > released else { return }
        verdict.release = String(decoding: held[released..<end], as: UTF8.self)
        released = end
    }

    /// What can only be said of a whole text.
    mutating func judgeWhole(_ verdict: inout StreamVerdict) {
        for (index, policy) in policies.enumerated() {
            let there = tracks.filter { $0.policy == index && $0.role == .required }.map(\.isThere)
            let missing = zip(policy.rules.required ?? [], there).filter { !$0.1 }.map { Finding.missing($0.0) }
            let found = (lengths[index].shortfall.map { [$0] } ?? []) + missing
            for finding in found { add(finding, index, &verdict) }
            if policy.blocks, !found.isEmpty, blocked == nil { blocked = policy }
        }
        verdict.blocked = blocked
        (held, tracks) = ([], [])
    }

    /// Lets go of what nobody needs any more, once that is most of what is held.
    mutating func forget() {
        let needed = tracks.filter { !$0.isDone }.map(\.scan.position).min() ?? held.count
        var from = min(needed, released) - PolicyLimits.contextBytes
        guard from > 4_096, from > held.count / 2 else { return }
        while from > 0, ASCII.isContinuation(held[from]) { from -= 1 }
        held.removeFirst(from)
        base += from
        released -= from
        for index in tracks.indices { tracks[index].shift(by: from) }
    }
}
