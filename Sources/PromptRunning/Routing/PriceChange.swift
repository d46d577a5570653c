internal import FoundationEssentials
package import PromptLibrary

/// Which price of a model is meant.
package enum PriceTier: String, Sendable, CaseIterable { case standard, batch, long }

extension ModelPrice {
    /// Of one tier.
    ///
    /// - Parameters:
    ///   - day: from which it holds; today where nil.
    ///   - longAbove: in tokens of input: above it, the tier `long` holds.
    package init(_ tier: PriceTier, _ price: Tier, from day: String?, longAbove: Int64?) {
        let unknown = Tier(input: nil, output: nil)
        self.init(
            from: day ?? Self.today, standard: tier == .standard ? price : unknown,
            batch: tier == .batch ? price : nil, long: tier == .long ? price : nil, longAbove: longAbove)
    }

    /// Takes the place of the price that held from the same day, and stands beside all others. Of what it does not
    /// say, what held before goes on to hold.
    package func added(to known: [ModelPrice]) -> [ModelPrice] {
        let former = known.filter { $0.from <= from }.max { $0.from < $1.from }
        var whole = self
        whole.standard = standard.completed(by: former?.standard)
        whole.batch = batch?.completed(by: former?.batch) ?? former?.batch
        whole.long = long?.completed(by: former?.long) ?? former?.long
        whole.longAbove = longAbove ?? former?.longAbove
        return known.filter { $0.from != from } + [whole]
    }

    /// By UTC, such as 2026-01-31.
    package static var today: String { String(Date().formatted(.iso8601).prefix(10)) }

    /// Nano-dollars a token.
    ///
    /// - Parameter dollars: a million tokens; a decimal number with at most three digits behind the point.
    /// - Throws: `LibraryError` `invalid`.
    package static func nanodollars(perMillion dollars: String) throws -> Int64 {
        let parts = dollars.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.count == 2 ? parts[1] : ""
        let isPlain = dollars.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
        guard isPlain, let whole = parts.first, !whole.isEmpty, digits.utf8.count <= 3, whole.utf8.count <= 9,
            let price = Int64(whole + digits + String(repeating: "0", count: 3 - digits.utf8.count))
        else {
            throw LibraryError(
                .invalid, "“\(dollars)” is no price: it takes dollars a million tokens, such as 2.5 or 0.075")
        }
        return price
    }
}

extension ModelPrice.Tier {
    fileprivate func completed(by former: Self?) -> Self {
        Self(
            input: input ?? former?.input, cachedInput: cachedInput ?? former?.cachedInput,
            cacheWrite: cacheWrite ?? former?.cacheWrite, longCacheWrite: longCacheWrite ?? former?.longCacheWrite,
            output: output ?? former?.output)
    }
}
