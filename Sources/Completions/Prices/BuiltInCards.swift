extension PriceTable {
    /// List prices of the providers themselves, each from the day on which it was made known. Whoever pays others
    /// sets a card.
    package static let builtIn = PriceTable(openAI + anthropic)

    // https://developers.openai.com/api/docs/pricing and the page of each model there. Batches are half the price;
    // what a cached token costs in one is not said.
    private static let openAI = [
        ModelCard(
            provider: "openai", model: "gpt-4o",
            capabilities: .init(streaming: true, tools: true, vision: true, maxContext: 128_000),
            prices: [price(day: 19_998, input: 2500, cached: 1250, output: 10_000)]),  // 2024-10-02
        ModelCard(
            provider: "openai", model: "gpt-4o-mini",
            capabilities: .init(streaming: true, tools: true, vision: true, maxContext: 128_000),
            prices: [price(day: 19_998, input: 150, cached: 75, output: 600)]),  // 2024-10-02
        ModelCard(
            provider: "openai", model: "o3-mini",
            capabilities: .init(streaming: true, tools: true, vision: false, maxContext: 200_000),
            prices: [price(day: 20_119, input: 1100, cached: 550, output: 4400)]),  // 2025-01-31
        ModelCard(
            provider: "openai", model: "gpt-5",
            capabilities: .init(streaming: true, tools: true, vision: true, maxContext: 400_000),
            prices: [price(day: 20_307, input: 1250, cached: 125, output: 10_000)]),  // 2025-08-07
    ]

    // https://platform.claude.com/docs/en/about-claude/pricing, with the writes for five minutes and for an hour.
    private static let anthropic = [
        claude("claude-opus-4-5", day: 20_416, input: 5000, output: 25_000),  // 2025-11-24
        claude("claude-haiku-4-5", day: 20_376, input: 1000, output: 5000),  // 2025-10-15
    ]

    private static func price(day: Int, input: Int, cached: Int, output: Int) -> DatedPrice {
        DatedPrice(
            from: day * 86_400, standard: TokenPrice(input: input, cachedInput: cached, output: output),
            batch: TokenPrice(input: input / 2, output: output / 2))
    }

    private static func claude(_ model: String, day: Int, input: Int, output: Int) -> ModelCard {
        let price = TokenPrice(
            input: input, cachedInput: input / 10, cacheWrite: input * 5 / 4, longCacheWrite: input * 2,
            output: output)
        return ModelCard(
            provider: "anthropic", model: model,
            capabilities: .init(streaming: true, tools: true, vision: true, maxContext: 200_000),
            prices: [
                DatedPrice(
                    from: day * 86_400, standard: price, batch: TokenPrice(input: input / 2, output: output / 2))
            ])
    }
}
