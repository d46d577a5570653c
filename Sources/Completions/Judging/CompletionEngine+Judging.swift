extension CompletionEngine {
    /// The whole answer, in the format of the client.
    ///
    /// - Throws: `CompletionError`, or what the budget throws.
    package func complete(_ call: CompletionCall) async throws -> CompletionAnswer {
        guard let judge = screen.judge(call) else { return try await answer(call) }
        try await admit(call, judge)
        var answer = try await answer(call)
        try Self.judge(answer.body, call.request.format, answer.summary, judge)
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

    /// Whether a whole answer may be shown.
    ///
    /// - Throws: `CompletionError` where it may not.
    package static func judge(
        _ body: [UInt8], _ format: WireFormat, _ summary: CompletionSummary, _ judge: any CallJudge
    ) throws(CompletionError) {
        for piece in try SpokenTexts.pieces(ofAnswer: body, format) {
            _ = try judge.hear(piece.text, at: piece.place, by: piece.speaker)
            try judge.close(piece.place)
        }
        try judge.finish(summary)
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

    /// - Returns: in nano-dollars, of the dearest way whose price is known; nil where none is.
    private func expectedCost(_ call: CompletionCall) -> Int? {
        let (prices, usage) = (prices(), call.request.expectedUsage)
        return call.routes.compactMap {
            prices.cost(provider: $0.provider.name, models: [$0.model], usage, at: now())
        }.max()
    }
}
