import Testing

@testable import WebResearch

@Suite struct ResearchLimitTests {
    @Test("Only so many pages are fetched at once")
    func atOnce() async throws {
        let (running, most) = (Counter(), Counter())
        let results = try await ConcurrentMap.run(Array(0..<40), atOnce: 4) { item in
            most.raise(to: running.add())
            await Task.yield()
            running.add(-1)
            return item * 2
        }
        #expect(results == (0..<40).map { $0 * 2 })
        #expect((1...4).contains(most.value))
        #expect(try await ConcurrentMap.run([Int](), atOnce: 4) { $0 }.isEmpty)
    }

    @Test("A page that takes too long is a note, and the others are read")
    func hangingPage() async throws {
        try await FixtureSite.run { _ in
            .html("<p>fast")
        } _: { site in
            let base = site.base
            let search = FixtureSearch { _ in ["http://slow.example/", base + "/fast"] }
            let fetcher = site.fetcher { settings in
                (settings.total, settings.resolve) = (600_000, 20)
                settings.resolver = Resolver { _ in try await SettledOnce<[IPAddress]>().value() }
            }
            let report = try await Researcher(search: search, fetcher: fetcher, settings: .patient)
                .research("Q", depth: .basic, ask: FixtureModel().ask)
            #expect(report.sources.map(\.url) == [base + "/fast"])
            #expect(report.notes == ["http://slow.example/: to resolve slow.example took longer than 20 ms"])
        }
    }

    @Test("When the time for pages is up, none is begun")
    func gathering() async throws {
        let search = FixtureSearch { _ in ["http://example.org/"] }
        var settings = Researcher.Settings.patient
        settings.gathering = 0
        let researcher = Researcher(search: search, settings: settings)
        let error = await #expect(throws: ResearchError.self) {
            try await researcher.research("Q", depth: .basic, ask: FixtureModel().ask)
        }
        #expect(error?.code == .nothingFound)
        #expect(error?.message.contains("time for pages was up") == true)
    }

    @Test("All together has a limit, too, and then nothing goes on")
    func total() async throws {
        try await FixtureSite.run { _ in
            .silence
        } _: { site in
            let base = site.base
            let search = FixtureSearch { _ in (0..<4).map { "\(base)/\($0)" } }
            var settings = Researcher.Settings.patient
            settings.total = 300
            let researcher = Researcher(
                search: search, fetcher: site.fetcher { $0.total = 600_000 }, settings: settings)
            let error = await #expect(throws: ResearchError.self) {
                try await researcher.research("Q", depth: .high, ask: FixtureModel().ask)
            }
            #expect(error?.code == .timedOut)
            #expect(await eventually { site.open == 0 })
        }
    }

    @Test("Who is cancelled ends all fetches")
    func cancelled() async throws {
        try await FixtureSite.run { _ in
            .silence
        } _: { site in
            let base = site.base
            let search = FixtureSearch { _ in (0..<4).map { "\(base)/\($0)" } }
            let researcher = Researcher(search: search, fetcher: site.fetcher { $0.total = 600_000 })
            let task = Task {
                try await researcher.research("Q", depth: .medium, ask: FixtureModel(topics: "[\"a\"]").ask)
            }
            #expect(await eventually { site.requests.count == 3 })
            task.cancel()
            let error = await #expect(throws: ResearchError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(await eventually { site.open == 0 })
        }
    }
}
