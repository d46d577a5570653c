internal import FoundationEssentials

/// A SearXNG, most often one's own, with `json` among the formats that its settings allow
/// (<https://docs.searxng.org/dev/search_api.html>).
package struct SearXNG: WebSearch {
    package let name: String
    private let base: String
    private let fetcher: PageFetcher

    /// The administrator's word is that this host may be asked, wherever it is. That holds for searches only: pages are
    /// fetched by another fetcher, so that none of them leads there.
    ///
    /// - Parameter base: such as `https://search.example.org`, or with a path below which it is.
    /// - Throws: `ResearchError` of code `invalidAddress`.
    package init(base: String, settings: FetchSettings = FetchSettings()) throws(ResearchError) {
        let address = try WebAddress(base)
        guard !address.path.contains("?") else { throw WebAddress.invalid("the URL of a SearXNG has no query") }
        var settings = settings
        settings.guarding.allowed = [address.hostAndPort]
        settings.types = ["application/json"]
        fetcher = PageFetcher(settings)
        self.base = address.description.hasSuffix("/") ? String(address.description.dropLast()) : address.description
        name = "searxng \(self.base)"
    }

    package func results(_ query: String) async throws(ResearchError) -> [SearchResult] {
        let page: FetchedPage
        do {
            page = try await fetcher.fetch("\(base)/search?q=\(SearchLimits.query(query))&format=json")
        } catch  where error.status == 403 {
            throw ResearchError(
                .searchFailed, "the SearXNG refuses: add json to search.formats in its settings.yml", status: 403)
        } catch  where error.status == 429 {
            throw ResearchError(
                .searchBlocked, "the SearXNG takes this for a robot: let this host pass its limiter", status: 429)
        } catch {
            guard error.code != .cancelled else { throw error }
            throw error.ofSearch("the SearXNG")
        }
        return try Self.results(page)
    }

    static func results(_ page: FetchedPage) throws(ResearchError) -> [SearchResult] {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(page.bytes)) else {
            throw ResearchError(.searchFailed, "the SearXNG's answer can't be read as JSON with results")
        }
        let found = answer.results.prefix(SearchLimits.resultsMax).compactMap { item in
            SearchLimits.result(title: item.title ?? "", url: item.url ?? "", snippet: item.content ?? "")
        }
        guard found.isEmpty, let engines = answer.unresponsive, !engines.isEmpty else { return found }
        let names = engines.prefix(5).map { Quoting.short($0.name) }.joined(separator: ", ")
        throw ResearchError(.searchFailed, "the SearXNG found nothing, and these engines did not answer it: \(names)")
    }

    private struct Answer: Decodable {
        var results: [Item]
        var unresponsive: [Engine]?

        enum CodingKeys: String, CodingKey {
            case results
            case unresponsive = "unresponsive_engines"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            results = try container.decode([Item].self, forKey: .results)
            unresponsive = try? container.decode([Engine].self, forKey: .unresponsive)
        }
    }

    /// What is of another type than it should be counts as missing.
    private struct Item: Decodable {
        var title: String?
        var url: String?
        var content: String?

        enum CodingKeys: CodingKey { case title, url, content }

        init(from decoder: any Decoder) throws {
            guard let container = try? decoder.container(keyedBy: CodingKeys.self) else { return }
            title = try? container.decode(String.self, forKey: .title)
            url = try? container.decode(String.self, forKey: .url)
            content = try? container.decode(String.self, forKey: .content)
        }
    }

    /// A pair of name and reason.
    private struct Engine: Decodable {
        var name: String

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            name = try container.decode(String.self)
        }
    }
}
