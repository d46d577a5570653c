extension CompletionEngine {
    /// The whole answer, in the format of the client.
    ///
    /// - Throws: `CompletionError`, or what the budget throws.
    package func complete(_ call: CompletionCall) async throws -> CompletionAnswer {
        guard let judge = screen.judge(call) else { return try await answer(call) }
        try await admit(call, judge)
        var answer = try await answer(call)
        for piece in try SpokenTexts.pieces(ofAnswer: answer.body, call.request.format) {
            _ = try judge.hear(piece.text, at: piece.place, isSpoken: piece.isSpoken)
        }
        try judge.finish(answer.summary)
        answer.summary.warnings = judge.warnings
        return answer
    }

    /// The answer as a stream of events in the format of the client, once the provider has begun it.
    ///
    /// Whoever gets the stream reads it once, or drops it: that cancels it.
    ///
    /// - Throws: `CompletionError`, or what the budget throws.
    package func stream(_ call: CompletionCall) async throws -> CompletionStream {
        guard let judge = screen.judge(call) else { return try await open(call) }
        try await admit(call, judge)
        let stream = try await open(call)
        var beginning = stream.beginning
        beginning.warnings = judge.warnings
        return CompletionStream(source: .judged(stream, judge, call.request.format), beginning: beginning)
    }

    /// Whether a request may go to a model, for who does not ask one yet.
    ///
    /// - Throws: `CompletionError` where it may not.
    package static func admit(_ call: CompletionCall, _ screen: some CompletionScreen) throws(CompletionError) {
        guard let judge = screen.judge(call) else { return }
        try judge.admit(SpokenTexts.text(of: call.request), cost: nil)
    }

    /// What is refused is recorded, as what nobody was asked for.
    private func admit(_ call: CompletionCall, _ judge: any CallJudge) async throws {
        let timer = CallTimer(now())
        do throws(CompletionError) {
            try judge.admit(SpokenTexts.text(of: call.request), cost: expectedCost(call))
        } catch {
            let account = CallAccount(call, nil, recorder, timer.summary(cache: .unused))
            await account.end(error.outcome) { $0.latency = timer.elapsed }
            throw error
        }
    }

    /// - Returns: in nano-dollars; nil where it is not known.
    private func expectedCost(_ call: CompletionCall) -> Int? {
        guard let route = call.routes.first else { return nil }
        return prices().cost(
            provider: route.provider.name, models: [route.model], call.request.expectedUsage, at: now())
    }
}
