/// The rules of a policy, as they were written. ``Policy`` says whether they suit its kind.
package struct PolicyRules: Sendable, Equatable {
    /// What a policy of personal data looks for.
    package enum PersonalDataKind: String, Sendable, CaseIterable {
        case email, phone, card, iban, secret
    }

    /// All where it is not said.
    package var kinds: Set<PersonalDataKind>?
    /// Texts that don't count, and for e-mail `@domain`.
    package var allow: [String]?
    package var words: [String]?
    package var patterns: [String]?
    /// Whether the built-in list counts. It does where it is not said.
    package var builtIn: Bool?
    package var required: [String]?
    package var forbidden: [String]?
    /// In characters: Unicode scalars, as a grapheme may be cut by a stream's chunks and a scalar never is.
    package var minLength: Int?
    package var maxLength: Int?
    /// Both where it is not said.
    package var side: PolicySide?
    private var given: [RuleField] = []

    /// Which fields were written, or set.
    var written: [RuleField] {
        let set: [(RuleField, Bool)] = [
            (.kinds, kinds != nil), (.allow, allow != nil), (.words, words != nil), (.patterns, patterns != nil),
            (.builtIn, builtIn != nil), (.required, required != nil), (.forbidden, forbidden != nil),
            (.minLength, minLength != nil), (.maxLength, maxLength != nil), (.side, side != nil),
        ]
        return given + set.filter { $0.1 && !given.contains($0.0) }.map(\.0)
    }

    package init() {}

    package init(json: [UInt8]) throws(PolicyFault) {
        guard json.count <= PolicyLimits.rulesBytes else {
            throw PolicyFault(field: "rules", message: "more than \(PolicyLimits.rulesBytes) bytes")
        }
        var scanner = RuleScanner(json)
        for (name, value) in try scanner.object() {
            guard let field = RuleField(rawValue: name) else {
                throw PolicyFault(field: "rules.\(name)", message: "unknown; there are \(RuleField.listed())")
            }
            given.append(field)
            try set(RuleReader(field: field, value: value))
        }
        try checkLengths()
    }

    private mutating func set(_ reader: RuleReader) throws(PolicyFault) {
        switch reader.field {
        case .kinds: kinds = try reader.kinds()
        case .allow: allow = try reader.texts()
        case .words: words = try reader.texts()
        case .patterns: patterns = try reader.texts()
        case .builtIn: builtIn = try reader.boolean()
        case .required: required = try reader.texts()
        case .forbidden: forbidden = try reader.texts()
        case .minLength: minLength = try reader.length()
        case .maxLength: maxLength = try reader.length()
        case .side: side = try reader.side()
        }
    }

    func checkLengths() throws(PolicyFault) {
        if let minLength, let maxLength, minLength > maxLength {
            throw PolicyFault(field: "rules.min_length", message: "it is above max_length")
        }
        let lists = [allow, words, patterns, required, forbidden]
        guard lists.reduce(0, { $0 + ($1?.count ?? 0) }) <= PolicyLimits.rules else {
            throw PolicyFault(field: "rules", message: "more than \(PolicyLimits.rules) entries in all lists together")
        }
    }
}
