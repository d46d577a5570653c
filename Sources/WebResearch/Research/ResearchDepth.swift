/// How far a research goes.
package enum ResearchDepth: String, Sendable, CaseIterable, Codable {
    case basic, medium, high

    /// At least one, as many as the model sees fit.
    package var topicsMax: Int {
        switch self {
        case .basic: 2
        case .medium: 4
        case .high: 6
        }
    }

    package var pagesPerTopic: Int {
        switch self {
        case .basic: 2
        case .medium, .high: 3
        }
    }

    /// Of each page's text: the more pages, the less of each.
    package var charactersPerPage: Int {
        switch self {
        case .basic: 8_000
        case .medium: 6_000
        case .high: 5_000
        }
    }
}
