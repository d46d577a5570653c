/// What a policy looks at.
package enum PolicyKind: String, Sendable, CaseIterable {
    case toxicity, pii, cost, latency, custom

    /// Whether it reads texts. The others are given a number once the call is over.
    package var readsText: Bool { self == .toxicity || self == .pii || self == .custom }
}

/// How bad a violation is. Nothing here depends on it: it is for those who read the records.
package enum PolicySeverity: String, Sendable, CaseIterable, Comparable {
    case low, medium, high, critical

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }

    package static func < (one: PolicySeverity, other: PolicySeverity) -> Bool { one.rank < other.rank }
}

/// What is done about a violation. Only `block` holds text back.
package enum PolicyAction: String, Sendable, CaseIterable {
    case log, warn, block, alert
}

/// Which side of the call a text is of.
package enum PolicySide: String, Sendable, CaseIterable {
    /// What goes to the model.
    case input
    /// What comes from it.
    case output
}
