/// A policy that is ready to be enforced. It can be kept, and used by any number of threads at once.
package struct Policy: Sendable, Identifiable {
    package let id: String
    package let name: String
    package let kind: PolicyKind
    package let rules: PolicyRules
    /// Of personal data and toxicity: the least confidence that counts, from 0 to 1, and 0.5 where it is not said. Of
    /// cost US dollars for a call; of latency milliseconds.
    package let threshold: Double?
    package let severity: PolicySeverity
    package let action: PolicyAction

    let detectors: [Detector]
    /// In the order of the rules' list.
    let required: [Detector]
    let allowance: Allowance

    /// Checks everything, and compiles the regular expressions.
    package init(
        id: String, name: String, kind: PolicyKind, rules: PolicyRules = PolicyRules(), threshold: Double? = nil,
        severity: PolicySeverity = .medium, action: PolicyAction = .log
    ) throws(PolicyFault) {
        (self.id, self.name, self.kind, self.rules) = (id, name, kind, rules)
        (self.threshold, self.severity, self.action) = (threshold, severity, action)
        try PolicyChecks.check(kind, rules)
        try PolicyChecks.check(kind, threshold: threshold)
        detectors = try Compiling.detectors(kind, rules)
        required = try Compiling.literals(rules.required ?? [], kind: "required")
        allowance = Allowance(rules.allow ?? [])
    }

    /// Whether it looks at texts of a side.
    package func applies(to side: PolicySide) -> Bool { kind.readsText && (rules.side ?? side) == side }

    var blocks: Bool { action == .block }
}

/// What a policy of personal data or toxicity lets pass.
struct Allowance: Sendable {
    private var texts: Set<String> = []
    private var domains: Set<String> = []

    init(_ entries: [String]) {
        for entry in entries.map({ $0.lowercased() }) {
            if entry.hasPrefix("@") { domains.insert(String(entry.dropFirst())) } else { texts.insert(entry) }
        }
    }

    func allows(_ text: String, kind: String) -> Bool {
        guard !texts.isEmpty || !domains.isEmpty else { return false }
        let lower = text.lowercased()
        if texts.contains(lower) { return true }
        guard kind == "email", let at = lower.lastIndex(of: "@") else { return false }
        return domains.contains(String(lower[lower.index(after: at)...]))
    }
}
