internal import Completions
internal import Policies

/// One text of an answer, as it comes.
struct HeardText {
    /// Why it must not go on.
    private(set) var objection: CompletionError?
    private var check: StreamCheck
    /// In bytes.
    private var cleared = 0

    init(_ policies: [Policy]) { check = StreamCheck(policies) }

    /// - Returns: how many bytes of it may be shown by now.
    mutating func hear(_ piece: String, _ notes: inout ViolationNotes, _ policies: [Policy]) -> Int {
        let verdict = check.feed(piece)
        cleared += verdict.release.utf8.count
        note(verdict, &notes, policies)
        return cleared
    }

    /// What can only be said of a whole answer is not asked of one text of it.
    mutating func finish(_ notes: inout ViolationNotes, _ policies: [Policy]) {
        var verdict = check.finish()
        let hasWholes = verdict.findings.contains { $0.finding.isOfWhole }
        verdict.findings.removeAll { $0.finding.isOfWhole }
        if hasWholes, verdict.findings.isEmpty { verdict.blocked = nil }
        note(verdict, &notes, policies)
    }

    private mutating func note(_ verdict: StreamVerdict, _ notes: inout ViolationNotes, _ policies: [Policy]) {
        for found in verdict.findings {
            guard let policy = policies.first(where: { $0.id == found.policy }) else { continue }
            notes.note(found.finding, policy, .output)
        }
        guard objection == nil, let blocked = verdict.blocked else { return }
        objection = .silence(blocked, verdict.findings.last { $0.policy == blocked.id }?.finding)
    }
}

extension Finding {
    /// Whether it can only be said of a whole text.
    var isOfWhole: Bool { kind == "required" || kind == "min_length" }
}

extension Policy {
    /// Whether it says what an answer has to have.
    var asksOfWhole: Bool { applies(to: .output) && (rules.required != nil || rules.minLength != nil) }
}
