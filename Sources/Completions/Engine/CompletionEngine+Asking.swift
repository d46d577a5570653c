extension CompletionEngine {
    /// Reserves, asks the routes' providers in turn, and settles or refunds.
    ///
    /// - Throws: `CompletionError`, or what the budget throws.
    func ask(
        _ call: CompletionCall, _ timer: CallTimer, cache: CompletionSummary.CacheResult
    ) async throws -> CompletionAnswer {
        let account = CallAccount(call, try await budget.reserve(call), recorder, timer.summary(cache: cache))
        do throws(CompletionError) {
            let (body, facts) = try await firstAnswer(call, account)
            let summary = await account.end(.succeeded) { summary in
                (summary.usage, summary.answeredModel) = (facts.usage, facts.model)
                summary.cost = cost(summary)
                summary.latency = timer.elapsed
                summary.answer = told(body, call.request.format)
            }
            return CompletionAnswer(body: body, summary: summary)
        } catch {
            await account.end(error.outcome) { $0.latency = timer.elapsed }
            throw error
        }
    }

    private func firstAnswer(
        _ call: CompletionCall, _ account: CallAccount
    ) async throws(CompletionError) -> (body: [UInt8], AnswerFacts) {
        try await firstRoute(call, account) { (route, outbound) async throws(CompletionError) in
            let (bytes, attempts) = try await upstream.answer(upstreamCall(call, route, outbound))
            account.note { $0.attempts += attempts }
            return try AnswerFacts.read(bytes, route.provider.format, for: call.request.format, now())
        }
    }

    func upstreamCall(
        _ call: CompletionCall, _ route: CompletionCall.Route, _ outbound: OutboundBody
    ) -> UpstreamCall {
        UpstreamCall(
            provider: route.provider, path: route.provider.format.path, body: outbound.bytes,
            headers: call.headers(for: route.provider), isStreaming: call.request.isStreaming)
    }

    /// - Returns: what the first route brings that works.
    func firstRoute<Result>(
        _ call: CompletionCall, _ account: CallAccount,
        _ attempt: (CompletionCall.Route, OutboundBody) async throws(CompletionError) -> Result
    ) async throws(CompletionError) -> Result {
        var failure = CompletionError(.unknownModel, "no provider has the model \(call.request.model)", field: "model")
        for route in call.routes {
            account.note { ($0.provider, $0.model) = (route.provider.name, route.model) }
            let outbound = try call.request.outbound(
                route.provider.format, model: route.model, asksForUsage: route.provider.countsStreams)
            account.note { $0.dropped = outbound.dropped }
            do throws(CompletionError) {
                return try await attempt(route, outbound)
            } catch {
                failure = error
                guard error.isOfProvider else { break }
            }
        }
        throw failure
    }

    /// - Returns: in nano-dollars; nil where it is not known.
    func cost(_ summary: CompletionSummary) -> Int? {
        guard let usage = summary.usage, let provider = summary.provider else { return nil }
        let models = [summary.answeredModel, summary.model].compactMap { $0 }
        return prices().cost(provider: provider, models: models, usage, at: summary.startedAt)
    }
}

extension CompletionError {
    var outcome: CompletionSummary.Outcome { code == .cancelled ? .cancelled : .failed(code) }
}

/// What an answer that is passed on is looked at for.
struct AnswerFacts {
    var usage: TokenUsage?
    var model: String?

    /// - Returns: the body in the client's format.
    /// - Throws: `CompletionError` where it is no answer.
    static func read(
        _ bytes: [UInt8], _ provider: WireFormat, for client: WireFormat, _ now: Int
    ) throws(CompletionError) -> (body: [UInt8], AnswerFacts) {
        guard provider == client else {
            let answer = try provider.answer(bytes)
            let body = client.body(answer, createdAt: now)
            return (body, AnswerFacts(usage: answer.usage, model: answer.model))
        }
        return (bytes, try look(bytes, provider))
    }

    private static func look(_ bytes: [UInt8], _ format: WireFormat) throws(CompletionError) -> AnswerFacts {
        do {
            let document = try JSONDocument(bytes)
            let name = format == .openai ? "choices" : "content"
            guard document.has(name) else { throw CompletionError.malformed("it has no \(name)") }
            let usage = try document.value("usage")
            return AnswerFacts(
                usage: format == .openai ? TokenUsage(openAI: usage) : TokenUsage(anthropic: usage),
                model: try document.value("model")?.text)
        } catch let error as CompletionError {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }
}
