/// One page that a search engine names.
package struct SearchResult: Sendable, Hashable, Codable {
    package var title: String
    package var url: String
    /// What the engine shows of the page.
    package var snippet: String

    package init(title: String, url: String, snippet: String) {
        (self.title, self.url, self.snippet) = (title, url, snippet)
    }
}

/// A search engine.
package protocol WebSearch: Sendable {
    /// Tells its results apart from another's in the cache.
    var name: String { get }

    /// - Returns: the best first. Empty where there is nothing.
    /// - Throws: `ResearchError`.
    func results(_ query: String) async throws(ResearchError) -> [SearchResult]
}

enum SearchLimits {
    static let resultsMax = 20
    static let titleMax = 200
    static let snippetMax = 500
    static let queryMax = 400

    static func result(title: String, url: String, snippet: String) -> SearchResult? {
        guard let address = try? WebAddress(url) else { return nil }
        return SearchResult(
            title: Quoting.line(title, max: titleMax), url: address.description,
            snippet: Quoting.line(snippet, max: snippetMax))
    }

    /// Of the query that goes into the URL.
    static func query(_ text: String) -> String { PercentEncoding.value(Quoting.line(text, max: queryMax)) }
}
