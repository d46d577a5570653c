internal import Changesets
internal import Completions
internal import FoundationEssentials
internal import PromptLibrary
internal import ReplicaStore

extension NodeRun {
    /// - Throws: `CompletionError` where the way is to be left.
    func ask(
        _ call: CompletionCall, _ taken: TakenRoute, _ prepared: PreparedCompletion, _ police: NodePolice
    ) async throws -> RunResult {
        let recorder = RunRecorder()
        let end: RunResult.End
        do {
            end = .answered(try await answer(call, taken, recorder, police))
        } catch let error as CompletionError where route == .auto && error.leavesRoute {
            throw error
        } catch {
            end = .failed(error)
        }
        return RunResult(end: end, taken: taken, prepared: prepared, summary: await recorder.summary())
    }

    private func answer(
        _ call: CompletionCall, _ taken: TakenRoute, _ recorder: RunRecorder, _ police: NodePolice
    ) async throws -> ChatAnswer {
        var engine = engine(recorder)
        engine.screen = police.screen
        guard call.request.isStreaming else {
            let answer = try await engine.complete(call)
            whenTaken(taken.by(answer.summary))
            return try call.request.format.answer(answer.body)
        }
        let stream = try await engine.stream(call)
        whenTaken(taken.by(stream.beginning))
        return try await stream.read(call.request.format) { event in
            if case .text(let text) = event { whenSaid(text) }
        }
    }

    private func engine(_ recorder: RunRecorder) -> CompletionEngine {
        let prices = catalog.prices
        var engine = CompletionEngine(Upstream(), cache: cache) { prices }
        engine.recorder = recorder
        return engine
    }

    private var cache: AnswerCache { AnswerCache(behind: NodeAnswers(directory, library)) }

    /// Of the first who would be asked, and has an answer that is kept.
    func keptRoutes(_ prepared: PreparedCompletion) async throws -> [CompletionCall.Route] {
        let isWanted = route == .cache || cacheUse == .always || prepared.request.isDeterministic
        guard isWanted, cacheUse != .never else {
            throw CompletionError(.unknownModel, "answers are kept for temperature 0, or with --cache")
        }
        let (kept, now) = (cache, Int(Date().timeIntervalSince1970))
        for way in [UsageRoute.local, .server, .direct] {
            guard let routes = try? routes(way, prepared), let first = routes.first else { continue }
            let key = try CacheKey(
                workspace: workspace(), provider: first.provider.name, model: first.model, prepared.request)
            if await kept.answer(for: key, now: now) != nil { return routes }
        }
        throw CompletionError(.unknownModel, "no answer to this is kept")
    }

    // MARK: Later

    /// - Returns: nil where nobody would ever run it: no way was there that could not be reached.
    func queue(_ prepared: PreparedCompletion, _ passed: [PassedRoute]) throws -> RunResult? {
        guard route == .queue || passed.contains(where: \.isUnreachable) else { return nil }
        // A server that was reached has just said that it can't.
        let hasSaidNo = passed.contains { $0.route == .server && !$0.isUnreachable }
        let job = try library.queue(
            NewJob(
                request: String(decoding: prepared.request.unstreamed().document.bytes, as: UTF8.self),
                runner: connection == nil || hasSaidNo ? nil : .server,
                prompt: prepared.promptID, version: prepared.version))
        let taken = TakenRoute(route: .queue, provider: "", passed: passed)
        whenTaken(taken)
        return RunResult(end: .queued(job), taken: taken, prepared: prepared)
    }
}

extension TakenRoute {
    /// Of several, who answered.
    fileprivate func by(_ summary: CompletionSummary) -> TakenRoute {
        var taken = self
        taken.provider = summary.provider ?? provider
        return taken
    }
}
