/// What a model can do and costs.
package struct ModelCard: Sendable, Hashable {
    package var provider: String
    package var model: String
    package var capabilities = Capabilities()
    /// In any order.
    package var prices: [DatedPrice] = []

    /// Nil where it is not known.
    package struct Capabilities: Sendable, Hashable {
        package var streaming: Bool?
        package var tools: Bool?
        package var vision: Bool?
        /// In tokens.
        package var maxContext: Int?

        package init(streaming: Bool? = nil, tools: Bool? = nil, vision: Bool? = nil, maxContext: Int? = nil) {
            (self.streaming, self.tools, self.vision, self.maxContext) = (streaming, tools, vision, maxContext)
        }
    }

    package init(
        provider: String, model: String, capabilities: Capabilities = Capabilities(), prices: [DatedPrice] = []
    ) {
        (self.provider, self.model, self.capabilities, self.prices) = (provider, model, capabilities, prices)
    }

    /// - Parameter seconds: since 1970.
    /// - Returns: nil where none held then.
    package func price(at seconds: Int) -> DatedPrice? {
        prices.filter { $0.from <= seconds }.max { $0.from < $1.from }
    }
}

/// What holds from a date on.
package struct DatedPrice: Sendable, Hashable {
    /// In seconds since 1970.
    package var from: Int
    package var standard: TokenPrice
    /// Nil where it is not known.
    package var batch: TokenPrice?
    /// For all of a request that is longer than some count of tokens.
    package var long: LongContext?

    package struct LongContext: Sendable, Hashable {
        /// In tokens of input, whether cached or not.
        package var above: Int
        package var price: TokenPrice

        package init(above: Int, price: TokenPrice) { (self.above, self.price) = (above, price) }
    }

    package init(from: Int, standard: TokenPrice, batch: TokenPrice? = nil, long: LongContext? = nil) {
        (self.from, self.standard, self.batch, self.long) = (from, standard, batch, long)
    }

    /// - Returns: in nano-dollars; nil where a price is missing that the usage needs, or for sums beyond 64 bits.
    package func cost(_ usage: TokenUsage, isBatch: Bool = false) -> Int? {
        let isLong = long.map { usage.allInput > $0.above } ?? false
        // Nobody says what a batch of long requests costs.
        if isBatch { return isLong ? nil : batch?.cost(usage) }
        return isLong ? long?.price.cost(usage) : standard.cost(usage)
    }
}

/// In nano-dollars a token: as many as thousandths of a dollar a million tokens. Nil where it is not known.
package struct TokenPrice: Sendable, Hashable {
    package var input: Int?
    package var cachedInput: Int?
    package var cacheWrite: Int?
    package var longCacheWrite: Int?
    package var output: Int?

    package init(
        input: Int?, cachedInput: Int? = nil, cacheWrite: Int? = nil, longCacheWrite: Int? = nil, output: Int?
    ) {
        (self.input, self.cachedInput, self.cacheWrite) = (input, cachedInput, cacheWrite)
        (self.longCacheWrite, self.output) = (longCacheWrite, output)
    }

    /// - Returns: in nano-dollars; nil where a price is missing that the usage needs, or for sums beyond 64 bits.
    package func cost(_ usage: TokenUsage) -> Int? {
        let parts = [
            (usage.input, input), (usage.cachedInput, cachedInput), (usage.cacheWrite, cacheWrite),
            (usage.longCacheWrite, longCacheWrite), (usage.output, output),
        ]
        var sum = 0
        for (count, price) in parts where count > 0 {
            guard let price else { return nil }
            let (product, isTooMuch) = count.multipliedReportingOverflow(by: price)
            let (next, isTooLong) = sum.addingReportingOverflow(product)
            guard !isTooMuch, !isTooLong else { return nil }
            sum = next
        }
        return sum
    }
}
