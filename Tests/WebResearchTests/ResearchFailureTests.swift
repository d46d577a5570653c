import Testing

@testable import WebResearch

@Suite struct ResearchFailureTests {
    @Test("Where no search works, that is the error; where one does, it is a note")
    func searches() async throws {
        try await FixtureSite.run { _ in
            .html("<p>page")
        } _: { site in
            let base = site.base
            let one = FixtureSearch { query throws(ResearchError) in
                if query == "first" { throw ResearchError(.searchBlocked, "blocked") }
                return [base + "/x"]
            }
            let report = try await Researcher(search: one, fetcher: site.fetcher(), settings: .patient)
                .research("Q", depth: .basic, ask: FixtureModel().ask)
            #expect(report.notes == ["the search for “first”: blocked"])
            let none = FixtureSearch { _ throws(ResearchError) in throw ResearchError(.searchBlocked, "blocked") }
            let empty = FixtureSearch { _ in [] }
            for (search, code) in [(none, ResearchError.Code.searchBlocked), (empty, .nothingFound)] {
                let error = await #expect(throws: ResearchError.self) {
                    try await Researcher(search: search).research("Q", depth: .basic, ask: FixtureModel().ask)
                }
                #expect(error?.code == code)
            }
        }
    }

    @Test("An answer without topics makes the question the topic, and the report says so")
    func fallback() async throws {
        try await FixtureSite.run(FixtureSite.searchable(["/a"]) { _ in .html("<p>a") }) { site in
            let model = FixtureModel(topics: "I'm sorry, I can't help with that.", synthesis: "Nothing cited.")
            let report = try await site.researcher().research("Why\nnot?", depth: .medium, ask: model.ask)
            #expect(report.topics == ["Why not?"])
            #expect(report.notes.count == 2)
            #expect(report.notes.first?.contains("no topics") == true)
            #expect(report.notes.last?.contains("cites none") == true)
            #expect(site.paths.first == "/search?q=Why%20not%3F&format=json")
        }
    }

    @Test("A model that says nothing, or fails, is the error")
    func silentModel() async throws {
        struct Broken: Error {}
        try await FixtureSite.run(FixtureSite.searchable(["/a"]) { _ in .html("<p>a") }) { site in
            let error = await #expect(throws: ResearchError.self) {
                try await site.researcher().research("Q", depth: .basic, ask: FixtureModel(synthesis: " \n[7]").ask)
            }
            #expect(error?.code == .emptyAnswer)
            await #expect(throws: Broken.self) {
                try await site.researcher().research("Q", depth: .basic) { _ in throw Broken() }
            }
        }
    }

    @Test("Depths bound topics and pages", arguments: [(ResearchDepth.basic, 2, 4), (.medium, 4, 12), (.high, 6, 18)])
    func depths(_ depth: ResearchDepth, _ topics: Int, _ pages: Int) async throws {
        try await FixtureSite.run {
            .html("<p>\($0.path)")
        } _: { site in
            let base = site.base
            let search = FixtureSearch { query in (0..<9).map { "\(base)/\(query)/\($0)" } }
            let model = FixtureModel(
                topics: "[\(["a", "b", "c", "d", "e", "f", "g", "h"].map { "\"\($0)\"" }.joined(separator: ","))]")
            let report = try await Researcher(search: search, fetcher: site.fetcher(), settings: .patient)
                .research("Q", depth: depth, ask: model.ask)
            #expect((report.topics.count, report.sources.count, site.requests.count) == (topics, pages, pages))
        }
    }
}
