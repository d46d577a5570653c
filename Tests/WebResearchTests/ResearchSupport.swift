import Synchronization

@testable import WebResearch

/// A model that answers what a test says, and remembers what it was asked.
final class FixtureModel: Sendable {
    private let asked = Mutex<[ResearchQuestion]>([])
    private let topics: String
    private let synthesis: String

    init(topics: String = "[\"first\", \"second\"]", synthesis: String = "A fact [1].") {
        (self.topics, self.synthesis) = (topics, synthesis)
    }

    var questions: [ResearchQuestion] { asked.withLock { $0 } }

    var ask: Researcher.Ask {
        { question in
            self.asked.withLock { $0.append(question) }
            return question.purpose == .topics ? self.topics : self.synthesis
        }
    }
}

/// A search engine of fixed results.
struct FixtureSearch: WebSearch {
    let name = "fixture"
    var find: @Sendable (String) throws(ResearchError) -> [String]

    func results(_ query: String) async throws(ResearchError) -> [SearchResult] {
        try find(query).map { SearchResult(title: "Result", url: $0, snippet: "") }
    }
}

/// A number that several threads change.
final class Counter: Sendable {
    private let count = Mutex(0)

    init(_ value: Int = 0) { count.withLock { $0 = value } }

    var value: Int { count.withLock { $0 } }

    func raise(to value: Int) { count.withLock { $0 = max($0, value) } }

    @discardableResult
    func add(_ more: Int = 1) -> Int {
        count.withLock { count in
            count += more
            return count
        }
    }
}

extension FixtureSite {
    /// A site that is a SearXNG, too: each search finds the pages that are given, below the site itself.
    static func searchable(_ pages: [String], _ page: @escaping Routes) -> Routes {
        { request in
            guard request.path.hasPrefix("/search") else { return page(request) }
            let base = "http://\(request.header("host") ?? "")"
            let list = pages.map { "{\"title\": \"Found\", \"url\": \"\($0.hasPrefix("/") ? base : "")\($0)\"}" }
            return .bytes(Array("{\"results\": [\(list.joined(separator: ","))]}".utf8), type: "application/json")
        }
    }

    func researcher() throws -> Researcher {
        Researcher(search: try SearXNG(base: base, settings: .patient), fetcher: fetcher(), settings: .patient)
    }
}

/// A slow machine is no failure: limits that a test is not about are out of its way. In milliseconds.
extension FetchSettings {
    static var patient: FetchSettings {
        var settings = FetchSettings()
        (settings.total, settings.connect, settings.resolve) = (600_000, 600_000, 600_000)
        return settings
    }
}

extension Researcher.Settings {
    static var patient: Researcher.Settings {
        var settings = Researcher.Settings()
        (settings.gathering, settings.total) = (600_000, 600_000)
        return settings
    }
}
