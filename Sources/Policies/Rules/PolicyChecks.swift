/// Whether the parts of a policy suit its kind.
enum PolicyChecks {
    static func check(_ kind: PolicyKind, _ rules: PolicyRules) throws(PolicyFault) {
        let allowed = RuleField.allowed(kind)
        for field in rules.written where !allowed.contains(field) {
            let known = allowed.isEmpty ? "none" : RuleField.listed(allowed)
            throw PolicyFault(
                field: "rules.\(field.rawValue)",
                message: "a policy of kind \(kind.rawValue) has no such field; it has \(known)")
        }
        try rules.checkLengths()
        guard !kind.readsText || looksForSomething(kind, rules) else {
            throw PolicyFault(field: "rules", message: "they look for nothing")
        }
    }

    private static func looksForSomething(_ kind: PolicyKind, _ rules: PolicyRules) -> Bool {
        let lists = [rules.words, rules.patterns, rules.required, rules.forbidden]
        return kind == .pii || kind == .toxicity && rules.builtIn != false || lists.contains { $0?.isEmpty == false }
            || rules.minLength != nil || rules.maxLength != nil
    }

    static func check(_ kind: PolicyKind, threshold: Double?) throws(PolicyFault) {
        switch (kind, threshold) {
        case (.custom, .some): throw fault("a custom policy has none")
        case (.custom, nil), (.pii, nil), (.toxicity, nil): break
        case (.pii, let threshold?), (.toxicity, let threshold?):
            guard (0...1).contains(threshold) else { throw fault("it has to be a confidence from 0 to 1") }
        case (.cost, let threshold), (.latency, let threshold):
            guard let threshold, threshold.isFinite, threshold >= 0 else {
                throw fault("it has to be a number of \(kind == .cost ? "US dollars" : "milliseconds"), 0 or above")
            }
        }
    }

    private static func fault(_ message: String) -> PolicyFault { PolicyFault(field: "threshold", message: message) }
}
