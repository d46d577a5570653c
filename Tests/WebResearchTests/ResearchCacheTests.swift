import Testing

@testable import WebResearch

@Suite struct ResearchCacheTests {
    @Test("Searches are kept for an hour and reports for a day, by the clock that is given")
    func cached() async throws {
        try await FixtureSite.run { _ in
            .html("<p>page")
        } _: { site in
            let (base, clock, searched) = (site.base, Counter(1_000_000), Counter())
            let search = FixtureSearch { _ in
                searched.add()
                return [base + "/x"]
            }
            let cache = ResearchCache(now: { clock.value })
            let researcher = Researcher(search: search, fetcher: site.fetcher(), cache: cache, settings: .patient)
            let model = FixtureModel(topics: "[\"one\"]")
            func run(
                _ question: String = "Q", _ depth: ResearchDepth = .basic, model name: String = "m", scope: String = ""
            ) async throws
                -> ResearchReport
            { try await researcher.research(question, depth: depth, model: name, scope: scope, ask: model.ask) }
            let first = try await run()
            let again = try await run()
            #expect((first.isCached, again.isCached) == (false, true))
            #expect(again.message == first.message)
            #expect((model.questions.count, searched.value, site.requests.count) == (2, 1, 1))
            // Another question, depth, model or scope is another report, of the same search.
            for other in [
                try await run("R"), try await run("Q", .high), try await run(model: "n"), try await run(scope: "s"),
            ] { #expect(!other.isCached) }
            #expect((model.questions.count, searched.value) == (10, 1))
            clock.add(3_600)
            _ = try await run("S")
            #expect(searched.value == 2)
            clock.add(86_400 - 3_601)
            #expect(try await run().isCached)
            clock.add(1)
            #expect(try await run().isCached == false)
            await cache.removeAll()
            #expect(try await run().isCached == false)
        }
    }

    @Test("What did not go right is not kept")
    func notCached() async throws {
        try await FixtureSite.run { _ in
            .html("<p>page")
        } _: { site in
            let (base, searched) = (site.base, Counter())
            let search = FixtureSearch { query throws(ResearchError) in
                searched.add()
                if query == "second" { throw ResearchError(.searchFailed, "failed") }
                return [base + "/x"]
            }
            let researcher = Researcher(
                search: search, fetcher: site.fetcher(), cache: ResearchCache(), settings: .patient)
            for _ in 0..<2 {
                let report = try await researcher.research("Q", depth: .basic, ask: FixtureModel().ask)
                #expect(!report.isCached)
            }
            #expect(searched.value == 3)
        }
    }

    @Test("A report of which most pages are missing is not kept; one of which one is missing is")
    func mostMissing() async throws {
        try await FixtureSite.run {
            $0.path == "/x" ? .html("<p>page") : .status(404)
        } _: { site in
            let base = site.base
            for (missing, isKept) in [(1, true), (2, false)] {
                let pages = ["/x"] + (0..<missing).map { "/missing\($0)" }
                let search = FixtureSearch { _ in pages.map { base + $0 } }
                let researcher = Researcher(
                    search: search, fetcher: site.fetcher(), cache: ResearchCache(), settings: .patient)
                let model = FixtureModel(topics: "[\"one\"]")
                _ = try await researcher.research("Q", depth: .medium, ask: model.ask)
                let again = try await researcher.research("Q", depth: .medium, ask: model.ask)
                #expect(again.isCached == isKept)
            }
        }
    }

    @Test("Memory keeps what was used last, as much as fits")
    func memory() async {
        let storage = MemoryStorage(bytesMax: 100, countMax: 3)
        for key in ["a", "b", "c"] { await storage.keep([1], for: key, seconds: 1) }
        #expect(await storage.bytes(for: "a") == [1])
        await storage.keep([2], for: "d", seconds: 1)
        #expect(await storage.bytes(for: "b") == nil)
        #expect(await storage.bytes(for: "a") == [1])
        await storage.keep([UInt8](repeating: 0, count: 99), for: "e", seconds: 1)
        #expect(storage.count == 2)
        await storage.keep([UInt8](repeating: 0, count: 101), for: "f", seconds: 1)
        #expect(await storage.bytes(for: "f") == nil)
        #expect(storage.count == 2)
    }

    @Test("A storage that gives back anything does no harm")
    func damaged() async throws {
        struct Damaged: ResearchStorage {
            func bytes(for key: String) async -> [UInt8]? { Array("{\"expires\": 9e99}".utf8) }
            func keep(_ bytes: [UInt8], for key: String, seconds: Int) async {}
            func removeAll() async {}
        }
        let cache = ResearchCache(storage: Damaged())
        #expect(await cache.results("q", engine: "e") == nil)
        #expect(await cache.report("k") == nil)
    }
}
