import Testing

@testable import Completions

@Suite struct PriceTests {
    private let usage = TokenUsage(input: 1000, cachedInput: 500, cacheWrite: 200, output: 100)

    @Test("Each kind of token has its price; an unknown one leaves the cost unknown")
    func kinds() {
        let all = TokenPrice(input: 3000, cachedInput: 300, cacheWrite: 3750, longCacheWrite: 6000, output: 15_000)
        #expect(all.cost(usage) == 3_000_000 + 150_000 + 750_000 + 1_500_000)
        #expect(TokenPrice(input: 3000, output: 15_000).cost(usage) == nil)
        #expect(TokenPrice(input: 3000, output: 15_000).cost(TokenUsage(input: 1, output: 1)) == 18_000)
        #expect(TokenPrice(input: nil, output: nil).cost(TokenUsage()) == 0)
    }

    @Test("Sums beyond 64 bits are not made")
    func overflow() {
        #expect(TokenPrice(input: .max, output: 1).cost(TokenUsage(input: 2)) == nil)
        #expect(TokenPrice(input: .max, output: 1).cost(TokenUsage(input: 1, output: 1)) == nil)
    }

    @Test("The price is that of the day, and none before the first")
    func dates() {
        let card = ModelCard(
            provider: "p", model: "m",
            prices: [
                DatedPrice(from: 200, standard: TokenPrice(input: 2, output: 2)),
                DatedPrice(from: 100, standard: TokenPrice(input: 5, output: 5)),
            ])
        let table = PriceTable([card])
        let costs = [99, 100, 199, 200].map {
            table.cost(provider: "p", models: ["m-2024", "m"], TokenUsage(input: 1), at: $0)
        }
        #expect(costs == [nil, 5, 5, 2])
        #expect(table.cost(provider: "q", models: ["m"], TokenUsage(input: 1), at: 300) == nil)
    }

    @Test("Long requests and batches have prices of their own")
    func tiers() {
        let price = DatedPrice(
            from: 0, standard: TokenPrice(input: 10, cachedInput: 1, output: 20),
            batch: TokenPrice(input: 5, output: 10),
            long: .init(above: 100, price: TokenPrice(input: 30, cachedInput: 3, output: 40)))
        #expect(price.cost(TokenUsage(input: 100)) == 1000)
        #expect(price.cost(TokenUsage(input: 1, cachedInput: 100)) == 330)
        #expect(price.cost(TokenUsage(input: 100, output: 1), isBatch: true) == 510)
        #expect(price.cost(TokenUsage(input: 101), isBatch: true) == nil)
        #expect(price.cost(TokenUsage(cachedInput: 1), isBatch: true) == nil)
    }

    @Test("Built-in cards: a million tokens cost what the list says")
    func builtIn() {
        let million = TokenUsage(input: 1_000_000)
        let late = 1_800_000_000
        #expect(PriceTable.builtIn.cost(provider: "openai", models: ["gpt-4o-mini"], million, at: late) == 150_000_000)
        #expect(
            PriceTable.builtIn.cost(provider: "anthropic", models: ["claude-haiku-4-5"], million, at: late)
                == 1_000_000_000)
        #expect(PriceTable.builtIn.cost(provider: "openai", models: ["gpt-5"], million, at: 1_700_000_000) == nil)
        #expect(PriceTable.builtIn.cost(provider: "openai", models: ["gpt-99"], million, at: late) == nil)
    }
}
