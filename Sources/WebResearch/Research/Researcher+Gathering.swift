extension Researcher {
    struct Gathered: Sendable {
        var pages: [ResearchPage] = []
        var notes: [String] = []
        /// Whether each topic was searched, and most pages could be read: then it is worth keeping.
        var isWhole = true
    }

    /// Pages that can't be read are notes. So are searches, unless all fail for the same reason, which then is the error.
    func gather(_ topics: [String], _ depth: ResearchDepth) async throws -> Gathered {
        let deadline = ContinuousClock.now + .milliseconds(settings.gathering)
        let searches = try await ConcurrentMap.run(topics, atOnce: settings.atOnce) { topic in
            try await self.search(topic)
        }
        var gathered = Gathered()
        for case (let topic, .failure(let error)) in zip(topics, searches) {
            gathered.notes.append("the search for “\(topic)”: \(error.message)")
            gathered.isWhole = false
        }
        let found = searches.compactMap { try? $0.get() }
        if found.isEmpty, case .failure(let error)? = searches.first { throw error }
        try await read(Self.chosen(found, depth.pagesPerTopic), depth, deadline, &gathered)
        return gathered
    }

    private func search(_ topic: String) async throws -> Result<[SearchResult], ResearchError> {
        if let cached = await cache?.results(topic, engine: search.name) { return .success(cached) }
        do {
            let results = try await search.results(topic)
            await cache?.keep(results, topic, engine: search.name)
            return .success(results)
        } catch  where error.code != .cancelled {
            return .failure(error)
        }
    }

    /// The best of each topic that no topic before has.
    private static func chosen(_ found: [[SearchResult]], _ each: Int) -> [SearchResult] {
        var seen: Set<String> = []
        var chosen: [SearchResult] = []
        for results in found {
            let fresh = results.filter { !seen.contains($0.url) }
            for result in fresh.prefix(each) where seen.insert(result.url).inserted { chosen.append(result) }
        }
        return chosen
    }

    private func read(
        _ results: [SearchResult], _ depth: ResearchDepth, _ deadline: ContinuousClock.Instant,
        _ gathered: inout Gathered
    ) async throws {
        let texts = try await ConcurrentMap.run(results, atOnce: settings.atOnce) { result in
            try await self.page(result, depth, deadline)
        }
        var addresses: Set<String> = []
        for (result, text) in zip(results, texts) {
            switch text {
            case .success(let page) where !addresses.insert(page.url).inserted: continue
            case .success(var page):
                page.number = gathered.pages.count + 1
                gathered.pages.append(page)
            case .failure(let error):
                gathered.notes.append("\(result.url): \(error.message)")
            }
        }
        if gathered.pages.count < (results.count + 1) / 2 { gathered.isWhole = false }
    }

    private func page(
        _ result: SearchResult, _ depth: ResearchDepth, _ deadline: ContinuousClock.Instant
    ) async throws -> Result<ResearchPage, ResearchError> {
        do throws(ResearchError) {
            return .success(try await text(result, depth, deadline))
        } catch  where error.code == .cancelled || error.code == .libraryMissing {
            throw error
        } catch {
            return .failure(error)
        }
    }

    private func text(
        _ result: SearchResult, _ depth: ResearchDepth, _ deadline: ContinuousClock.Instant
    ) async throws(ResearchError) -> ResearchPage {
        guard ContinuousClock.now < deadline else {
            throw ResearchError(.timedOut, "it was not read, as the time for pages was up")
        }
        let fetched = try await fetcher.fetch(result.url)
        let page = try await PageText.of(fetched, charactersMax: depth.charactersPerPage)
        guard !page.text.isEmpty else { throw ResearchError(.refusedType, "it has no text that can be read") }
        let title = page.title.isEmpty ? result.title : page.title
        return ResearchPage(number: 0, title: title, url: fetched.address.description, text: page.text)
    }
}
