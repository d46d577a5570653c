/// The model cards that are known.
package struct PriceTable: Sendable {
    private struct Key: Hashable {
        var provider: String
        var model: String
    }

    private var cards: [Key: ModelCard] = [:]

    /// - Parameter cards: later ones take the place of earlier ones of the same model.
    package init(_ cards: [ModelCard] = []) { for card in cards { set(card) } }

    package mutating func set(_ card: ModelCard) {
        cards[Key(provider: card.provider, model: card.model)] = card
    }

    /// A provider names in its answers the exact edition of a model, as in `gpt-4o-2024-08-06`; a card of an edition
    /// comes before one of the model.
    package func card(provider: String, model: String) -> ModelCard? {
        cards[Key(provider: provider, model: model)]
    }

    /// - Parameter seconds: since 1970.
    /// - Returns: in nano-dollars; nil where a price is not known.
    package func cost(
        provider: String, models: [String], _ usage: TokenUsage, at seconds: Int, isBatch: Bool = false
    ) -> Int? {
        models.lazy.compactMap { card(provider: provider, model: $0) }.first?.price(at: seconds)?
            .cost(usage, isBatch: isBatch)
    }
}
