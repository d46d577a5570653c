/// The fields that rules can have.
enum RuleField: String, CaseIterable {
    case kinds, allow, words, patterns, required, forbidden
    case builtIn = "builtin"
    case minLength = "min_length"
    case maxLength = "max_length"
    case side = "applies_to"

    /// Those that mean something for a kind of policy.
    static func allowed(_ kind: PolicyKind) -> [RuleField] {
        switch kind {
        case .pii: [.kinds, .allow, .side]
        case .toxicity: [.words, .patterns, .builtIn, .allow, .side]
        case .custom: [.patterns, .required, .forbidden, .minLength, .maxLength, .side]
        case .cost, .latency: []
        }
    }

    static func listed(_ fields: [RuleField] = allCases) -> String {
        fields.map(\.rawValue).joined(separator: ", ")
    }
}

/// One field's value, with the messages for one of the wrong type.
struct RuleReader {
    var field: RuleField
    var value: RuleValue

    private func fault(_ message: String, at index: Int? = nil) -> PolicyFault {
        PolicyFault(field: "rules.\(field.rawValue)\(index.map { "[\($0)]" } ?? "")", message: message)
    }

    func texts() throws(PolicyFault) -> [String] {
        guard case .texts(let texts) = value else { throw fault("it has to be a list of texts") }
        for (index, text) in texts.enumerated() {
            guard !text.isEmpty else { throw fault("it is empty", at: index) }
            guard text.utf8.count <= PolicyLimits.patternBytes else {
                throw fault("more than \(PolicyLimits.patternBytes) bytes", at: index)
            }
        }
        return texts
    }

    func boolean() throws(PolicyFault) -> Bool {
        guard case .boolean(let boolean) = value else { throw fault("it has to be true or false") }
        return boolean
    }

    func length() throws(PolicyFault) -> Int {
        guard case .number(let number) = value, let length = Int(exactly: number), (0...1_000_000_000).contains(length)
        else { throw fault("it has to be a whole number from 0 to 1000000000") }
        return length
    }

    func kinds() throws(PolicyFault) -> Set<PolicyRules.PersonalDataKind> {
        let allowed = PolicyRules.PersonalDataKind.allCases.map(\.rawValue).joined(separator: ", ")
        var kinds: Set<PolicyRules.PersonalDataKind> = []
        for (index, text) in try texts().enumerated() {
            guard let kind = PolicyRules.PersonalDataKind(rawValue: text) else {
                throw fault("it has to be one of \(allowed)", at: index)
            }
            kinds.insert(kind)
        }
        guard !kinds.isEmpty else { throw fault("it has to name at least one of \(allowed)") }
        return kinds
    }

    /// Nil for both.
    func side() throws(PolicyFault) -> PolicySide? {
        switch value {
        case .text("input"): return .input
        case .text("output"): return .output
        case .text("both"): return nil
        default: throw fault("it has to be input, output or both")
        }
    }
}
