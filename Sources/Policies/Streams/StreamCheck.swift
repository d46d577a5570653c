/// Policies at work on a model's answer while it flows.
///
/// Where a policy blocks, a text that may be the beginning of what it looks for is held back until that is clear, so
/// that nothing of it goes out. Other policies hold nothing back. What is released in all, and whether it is blocked,
/// does not depend on how the answer is cut into chunks, but for a pattern that runs into the limits of PCRE2.
///
/// A match longer than ``PolicyLimits/matchBytes`` (of an admin's pattern ``PolicyLimits/patternMatchBytes``) is not
/// found, so no more than that is ever held back, and the chunk that came last. Built-in patterns are all shorter. What
/// is required, and the least length, can only be judged at the end, when the text is out: then the verdict says so.
package struct StreamCheck: Sendable {
    let policies: [Policy]
    var tracks: [Track] = []
    var lengths: [LengthCount]
    /// The text from some place on, as UTF-8, and where in the stream that place is.
    var held: [UInt8] = []
    var base = 0
    /// How much of what is held went out already: it is kept for what looks behind.
    var released = 0
    /// Findings of each policy so far.
    var counts: [Int]
    var blocked: Policy?

    /// Of several policies those count that apply to a side.
    package init(_ policies: [Policy], side: PolicySide = .output) {
        self.policies = policies.filter { $0.applies(to: side) }
        lengths = self.policies.map { LengthCount($0.rules) }
        counts = [Int](repeating: 0, count: self.policies.count)
        for (index, policy) in self.policies.enumerated() {
            tracks += policy.detectors.map {
                Track(policy: index, detector: $0, role: policy.blocks ? .blocking : .watching)
            }
            tracks += policy.required.map { Track(policy: index, detector: $0, role: .required) }
        }
    }

    /// The next chunk.
    package mutating func feed(_ text: String) -> StreamVerdict {
        guard blocked == nil else { return StreamVerdict(blocked: blocked) }
        let added = Array(text.utf8)
        held += added
        for index in lengths.indices { lengths[index].grow(by: added) }
        for index in tracks.indices { tracks[index].scan.grew(by: added.count) }
        var verdict = look(isFinal: false)
        settle(&verdict, isFinal: false)
        forget()
        return verdict
    }

    /// The answer is over.
    package mutating func finish() -> StreamVerdict {
        guard blocked == nil else { return StreamVerdict(blocked: blocked) }
        var verdict = look(isFinal: true)
        settle(&verdict, isFinal: true)
        if blocked == nil { judgeWhole(&verdict) }
        return verdict
    }
}
