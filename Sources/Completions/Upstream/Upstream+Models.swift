extension Upstream {
    /// The ids of the provider's models, as it lists them.
    ///
    /// - Throws: `CompletionError`.
    package func models(_ provider: Provider) async throws(CompletionError) -> [String] {
        let path = provider.format == .anthropic ? "/models?limit=1000" : "/models"
        let (bytes, _) = try await answer(UpstreamCall(provider: provider, path: path))
        guard let list = try AnswerReader.object(bytes)["data"]?.list else {
            throw .malformed("its list of models has no data")
        }
        return list.compactMap { $0.object?["id"]?.text }
    }

    /// Whether the provider answers, its key holds, and how long that took.
    ///
    /// - Throws: `CompletionError`.
    package func check(_ provider: Provider) async throws(CompletionError) -> ProviderCheck {
        let clock = ContinuousClock()
        let start = clock.now
        let models = try await models(provider)
        return ProviderCheck(models: models, latency: clock.now - start)
    }
}

package struct ProviderCheck: Sendable {
    package var models: [String]
    package var latency: Duration
}
