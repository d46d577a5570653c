/// What is wrong with a policy, in words for whoever wrote it.
package struct PolicyFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// A path such as `rules.patterns[2]`.
    package var field: String
    package var message: String

    package init(field: String, message: String) { (self.field, self.message) = (field, message) }

    package var description: String { "\(field): \(message)" }
}

/// What is accepted from outside, and what is given back.
package enum PolicyLimits {
    /// Of the JSON of the rules.
    package static let rulesBytes = 65_536
    /// Of one regular expression, or one text of a list.
    package static let patternBytes = 1_024
    /// Of all lists of a policy together, entries.
    package static let rules = 256
    /// Given back for one text, or one stream, by one policy.
    package static let findings = 100
    /// How long a match may be. A stream never holds back more than this and the chunk that came last.
    package static let matchBytes = 16_384
    /// How long a match of an admin's regular expression may be: less, as nobody knows what it costs.
    package static let patternMatchBytes = 4_096
    /// How many matches of one detector may turn out too long, before its pattern counts as too complex.
    static let longMatches = 256
    /// Of text before a match, kept for what looks behind.
    static let contextBytes = 128
}
