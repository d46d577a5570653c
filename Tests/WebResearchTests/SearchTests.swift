import Testing

@testable import WebResearch

@Suite struct SearchTests {
    @Test("DuckDuckGo's results are read, without advertisements, and with the pages' own URLs")
    func duckDuckGo() async throws {
        try await FixtureSite.run { _ in
            .html(DuckDuckGoPages.results)
        } _: { site in
            let engine = DuckDuckGo(fetcher: site.fetcher(), base: site.base + "/html/")
            let results = try await engine.results("swift & \"concurrency\" ä")
            #expect(
                results == [
                    SearchResult(
                        title: "The Swift book & more", url: "https://docs.example.org/book/?a=1&b=2",
                        snippet: "Tasks 'and' actors."),
                    SearchResult(title: "Direct", url: "https://blog.example.com/a", snippet: "Second"),
                ])
            #expect(site.paths == ["/html/?q=swift%20%26%20%22concurrency%22%20%C3%A4"])
        }
    }

    @Test("A search without results is no error; one that is blocked or can't be read is, and says what to do")
    func duckDuckGoFailures() async throws {
        try await FixtureSite.run { request in
            switch request.path.split(separator: "=").last {
            case "nothing": .html(DuckDuckGoPages.nothing)
            case "challenge":
                FixtureReply(
                    status: 202, headers: [("content-type", "text/html; charset=UTF-8")],
                    pieces: [.bytes(Array(DuckDuckGoPages.challenge.utf8))])
            case "forbidden": .status(403)
            case "failing": .status(500)
            default: .html("<html><body><div class=\"new-design\">?</div></body></html>")
            }
        } _: { site in
            let engine = DuckDuckGo(fetcher: site.fetcher(), base: site.base + "/html/")
            let nothing = try await engine.results("nothing")
            #expect(nothing.isEmpty)
            let failures: [(String, ResearchError.Code)] = [
                ("challenge", .searchBlocked), ("forbidden", .searchBlocked), ("failing", .searchFailed),
                ("changed", .searchFailed),
            ]
            for (query, code) in failures {
                let error = await #expect(throws: ResearchError.self) { try await engine.results(query) }
                #expect(error?.code == code, "\(query)")
                #expect(error?.message.contains("SearXNG") == true || query == "failing")
            }
        }
    }

    @Test("Links of DuckDuckGo lead to pages, and to nothing of its own")
    func targets() {
        #expect(
            DuckDuckGoReader.target("//duckduckgo.com/l/?rut=1&uddg=http%3A%2F%2Fa.org%2F%3Fx%3D%25")
                == "http://a.org/?x=%")
        #expect(DuckDuckGoReader.target("https://a.org/") == "https://a.org/")
        for link in [
            "", "/l/?x", "//duckduckgo.com/l/?rut=1", "//duckduckgo.com/y.js?u=https%3A%2F%2Fa.org",
            "//duckduckgo.com/l/?uddg=https%3A%2F%2Fduckduckgo.com%2Fy.js", "//duckduckgo.com/l/?uddg=%FF",
        ] {
            #expect(DuckDuckGoReader.target(link) == nil, "\(link)")
        }
    }

    private static let json = """
        {"query": "q", "number_of_results": 0, "results": [
          {"url": "https://a.example/x", "title": "A", "content": "About  A", "engine": "e", "parsed_url": ["https"], "engines": ["e"], "positions": [1], "score": 1.0, "category": "general"},
          {"url": "ftp://b.example/", "title": "B"}, {"title": "no URL"}, "odd", {"url": 7},
          {"url": "https://c.example/", "title": null, "content": null}],
         "answers": [], "corrections": [], "infoboxes": [], "suggestions": ["s"], "unresponsive_engines": [["google", "timeout"]]}
        """

    @Test("A SearXNG of the own network is asked, where its administrator set it up")
    func searXNG() async throws {
        try await FixtureSite.run { _ in
            .bytes(Array(Self.json.utf8), type: "application/json")
        } _: { site in
            let engine = try SearXNG(base: site.base + "/sub/", settings: .patient)
            #expect(
                try await engine.results("a b") == [
                    SearchResult(title: "A", url: "https://a.example/x", snippet: "About A"),
                    SearchResult(title: "", url: "https://c.example/", snippet: ""),
                ])
            #expect(site.paths == ["/sub/search?q=a%20b&format=json"])
        }
    }

    @Test("A SearXNG that refuses JSON, limits, fails or sends another thing says what to do")
    func searXNGFailures() async throws {
        try await FixtureSite.run { request in
            switch request.path.split(separator: "&").first?.split(separator: "=").last {
            case "forbidden": .status(403)
            case "limited": .status(429)
            case "html": .html("<p>Hello")
            case "empty": .bytes(Array("{\"results\": []}".utf8), type: "application/json")
            case "engines":
                .bytes(
                    Array("{\"results\": [], \"unresponsive_engines\": [[\"bing\", \"CAPTCHA\"]]}".utf8),
                    type: "application/json")
            case "away": .redirect("http://127.0.0.1:1/")
            default: .bytes(Array("[1".utf8), type: "application/json")
            }
        } _: { site in
            let engine = try SearXNG(base: site.base, settings: .patient)
            let failures: [(String, ResearchError.Code, String)] = [
                ("forbidden", .searchFailed, "search.formats"), ("limited", .searchBlocked, "limiter"),
                ("html", .searchFailed, "text/html"), ("broken", .searchFailed, "JSON"),
                ("engines", .searchFailed, "bing"),
                ("away", .searchFailed, "ports"),
            ]
            for (query, code, part) in failures {
                let error = await #expect(throws: ResearchError.self) { try await engine.results(query) }
                #expect(error?.code == code, "\(query)")
                #expect(error?.message.contains(part) == true, "\(String(describing: error))")
            }
            #expect(try await engine.results("empty").isEmpty)
        }
        #expect(throws: ResearchError.self) { try SearXNG(base: "search.example.org") }
        #expect(throws: ResearchError.self) { try SearXNG(base: "https://a:b@search.example.org") }
        #expect(throws: ResearchError.self) { try SearXNG(base: "https://search.example.org/?x") }
    }
}
