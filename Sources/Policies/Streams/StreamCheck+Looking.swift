extension StreamCheck {
    /// Lets each detector search what it can.
    mutating func look(isFinal: Bool) -> StreamVerdict {
        var verdict = StreamVerdict()
        let data = MatchData()
        for index in tracks.indices { run(index, isFinal, data, &verdict) }
        for index in lengths.indices where !policies[index].blocks {
            if let excess = lengths[index].takeExcess() { add(excess, index, &verdict) }
        }
        return verdict
    }

    private mutating func run(
        _ index: Int, _ isFinal: Bool, _ data: borrowing MatchData, _ verdict: inout StreamVerdict
    ) {
        while !tracks[index].isDone {
            let detector = tracks[index].detector
            switch tracks[index].scan.next(detector, in: held, isFinal: isFinal, data) {
            case .pending: return
            case .tooComplex: take(.tooComplex, at: tracks[index].scan.position, index, &verdict)
            case .hit(let hit) where tracks[index].role == .required: tracks[index].isThere = !hit.range.isEmpty
            case .hit(let hit):
                guard let finding = policies[tracks[index].policy].finding(hit, in: held, base: base) else { continue }
                take(finding, at: hit.range.lowerBound, index, &verdict)
            }
        }
    }

    private mutating func take(_ finding: Finding, at start: Int, _ index: Int, _ verdict: inout StreamVerdict) {
        switch tracks[index].role {
        case .blocking: tracks[index].candidate = Track.Candidate(finding: finding, start: start)
        case .watching: add(finding, tracks[index].policy, &verdict)
        case .required: break
        }
    }

    mutating func add(_ finding: Finding, _ policy: Int, _ verdict: inout StreamVerdict) {
        let violation = PolicyFinding(policy: policies[policy].id, finding: finding)
        let isSeen = verdict.findings.contains { $0.policy == violation.policy && $0.finding.overlaps(finding) }
        guard counts[policy] < PolicyLimits.findings, !isSeen else { return }
        counts[policy] += 1
        verdict.findings.append(violation)
    }
}
