/// Looks a question up on the web: the model chooses topics, these are searched, the pages found are read, and the
/// model puts together what they say.
///
/// Two calls for the same at the same time do the work twice: that is rare, and each then has its own time limit and can
/// be cancelled without the other.
package struct Researcher: Sendable {
    package struct Settings: Sendable {
        /// Searches, and then pages.
        package var atOnce = 4
        /// In milliseconds: until no page is begun any more.
        package var gathering = 35_000
        /// In milliseconds: from the first question to the model to its last answer.
        package var total = 60_000
        /// Of the question, as far as the model is asked with it.
        package var questionCharactersMax = 8_000
        /// Of the summary.
        package var summaryCharactersMax = 20_000

        package init() {}
    }

    package typealias Ask = @Sendable (ResearchQuestion) async throws -> String

    package var settings: Settings
    let search: any WebSearch
    let fetcher: PageFetcher
    let cache: ResearchCache?

    /// - Parameter fetcher: for the pages that are found, which should be allowed nothing that is not public.
    package init(
        search: any WebSearch, fetcher: PageFetcher = PageFetcher(), cache: ResearchCache? = nil,
        settings: Settings = Settings()
    ) {
        (self.search, self.fetcher, self.cache, self.settings) = (search, fetcher, cache, settings)
    }

    /// - Parameters:
    ///   - model: who is asked by `ask`, to tell its reports in the cache from another's.
    ///   - scope: whose report it is; nobody of another scope is given it from the cache.
    /// - Throws: `ResearchError`, and what `ask` throws.
    package func research(
        _ question: String, depth: ResearchDepth, model: String = "", scope: String = "", ask: @escaping Ask
    ) async throws -> ResearchReport {
        let key = ResearchCache.reportKey(question, depth, engine: search.name, model: model, scope: scope)
        if var report = await cache?.report(key) {
            report.isCached = true
            return report
        }
        let late = ResearchError(
            .timedOut, "the research took longer than \(PageFetcher.seconds(settings.total)); try a lower depth")
        do {
            let (report, isWhole) = try await TimeLimit.run(milliseconds: settings.total, or: late) {
                try await run(question, depth, ask)
            }
            if isWhole { await cache?.keep(report, key) }
            return report
        } catch is CancellationError {
            throw ResearchError.cancelled
        }
    }

    private func run(
        _ question: String, _ depth: ResearchDepth, _ ask: Ask
    ) async throws -> (ResearchReport, isWhole: Bool) {
        let asked = String(question.unicodeScalars.prefix(settings.questionCharactersMax))
        let (topics, hint) = try await topics(asked, depth, ask)
        let gathered = try await gather(topics, depth)
        guard !gathered.pages.isEmpty else { throw Self.nothing(gathered.notes) }
        var report = try await synthesis(asked, gathered.pages, ask)
        report.topics = topics
        report.notes = hint + gathered.notes + report.notes
        return (report, hint.isEmpty && gathered.isWhole)
    }

    private static func nothing(_ notes: [String]) -> ResearchError {
        let reasons = notes.isEmpty ? "no page was found" : notes.prefix(5).joined(separator: "; ")
        return ResearchError(.nothingFound, "the web gave nothing to answer with: \(reasons)")
    }

    private func topics(
        _ question: String, _ depth: ResearchDepth, _ ask: Ask
    ) async throws -> (topics: [String], hint: [String]) {
        let answer = try await ask(.topics(question, max: depth.topicsMax))
        let topics = TopicList.read(answer, max: depth.topicsMax)
        guard topics.isEmpty else { return (topics, []) }
        let only = Quoting.line(question, max: SearchLimits.queryMax)
        return ([only], ["the model named no topics, so the question itself was searched for"])
    }

    private func synthesis(_ question: String, _ pages: [ResearchPage], _ ask: Ask) async throws -> ResearchReport {
        let answer = try await ask(.synthesis(question, pages, boundary: Boundary.make()))
        let cut = String(answer.unicodeScalars.prefix(settings.summaryCharactersMax))
        let (text, cited, hasUnknown) = Citations.checked(cut, known: 1...max(1, pages.count))
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ResearchError(.emptyAnswer, "the model gave no summary of the pages; try again, or another model")
        }
        var notes: [String] = []
        if hasUnknown { notes.append("citations of sources that there are not were taken out") }
        if cited.isEmpty { notes.append("the summary cites none of its sources") }
        let sources = pages.map { ResearchReport.Source(number: $0.number, title: $0.title, url: $0.url) }
        return ResearchReport(text: text, sources: sources, notes: notes, topics: [])
    }
}
