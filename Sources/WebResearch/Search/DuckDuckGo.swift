/// DuckDuckGo's page for browsers without scripts. There is no account to have and no promise either: who searches
/// often is asked to prove that they are human, and then a SearXNG of one's own is the way.
package struct DuckDuckGo: WebSearch {
    package let name: String
    private let base: String
    private let fetcher: PageFetcher

    /// - Parameter base: settable for tests.
    package init(fetcher: PageFetcher, base: String = "https://html.duckduckgo.com/html/") {
        (self.fetcher, self.base, name) = (fetcher, base, "duckduckgo \(base)")
    }

    package func results(_ query: String) async throws(ResearchError) -> [SearchResult] {
        let page: FetchedPage
        do {
            page = try await fetcher.fetch("\(base)?q=\(SearchLimits.query(query))")
        } catch  where error.status == 403 || error.status == 429 {
            throw Self.blocked
        } catch {
            guard error.code != .cancelled else { throw error }
            throw error.ofSearch("DuckDuckGo")
        }
        return try Self.results(page)
    }

    static func results(_ page: FetchedPage) throws(ResearchError) -> [SearchResult] {
        let html = PageEncoding.utf8(page.bytes, charset: page.type.charset)
        let (reader, _) = try HTMLLibrary.shared().read(html, DuckDuckGoReader())
        if reader.isChallenge { throw blocked }
        guard !reader.found.isEmpty || reader.isEmpty else {
            throw ResearchError(
                .searchFailed,
                "DuckDuckGo's page can't be read, it may have changed; set the URL of a SearXNG to search there")
        }
        return reader.found
    }

    private static let blocked = ResearchError(
        .searchBlocked,
        "DuckDuckGo asks for a proof that a human searches; wait some minutes, or set the URL of a SearXNG to search there"
    )
}
