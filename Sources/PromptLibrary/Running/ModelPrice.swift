internal import FoundationEssentials

/// What a model costs from a day on. What is not known is nil, and never a guess.
package struct ModelPrice: Sendable, Hashable, Codable {
    /// Such as 2026-01-31; by UTC.
    package var from: String
    package var standard: Tier
    package var batch: Tier?
    /// For all of a request with more input than `longAbove` tokens.
    package var long: Tier?
    package var longAbove: Int64?

    /// Nano-dollars a token: as many as thousandths of a dollar a million tokens.
    package struct Tier: Sendable, Hashable, Codable {
        package var input: Int64?
        package var cachedInput: Int64?
        package var cacheWrite: Int64?
        /// For a cache that lives longer.
        package var longCacheWrite: Int64?
        package var output: Int64?

        package init(
            input: Int64?, cachedInput: Int64? = nil, cacheWrite: Int64? = nil, longCacheWrite: Int64? = nil,
            output: Int64?
        ) {
            self.input = input
            self.cachedInput = cachedInput
            self.cacheWrite = cacheWrite
            self.longCacheWrite = longCacheWrite
            self.output = output
        }

        enum CodingKeys: String, CodingKey {
            case input, output
            case cachedInput = "cached_input"
            case cacheWrite = "cache_write"
            case longCacheWrite = "long_cache_write"
        }

        fileprivate var isPlain: Bool {
            [input, cachedInput, cacheWrite, longCacheWrite, output].allSatisfy { $0.map { $0 >= 0 } ?? true }
        }
    }

    package init(from: String, standard: Tier, batch: Tier? = nil, long: Tier? = nil, longAbove: Int64? = nil) {
        self.from = from
        self.standard = standard
        self.batch = batch
        self.long = long
        self.longAbove = longAbove
    }

    enum CodingKeys: String, CodingKey {
        case from, standard, batch, long
        case longAbove = "long_above"
    }

    /// Unix milliseconds; nil where `from` is no day.
    package var startsAt: Int64? {
        guard let date = try? Date("\(from)T00:00:00Z", strategy: .iso8601), from.utf8.count == 10 else { return nil }
        return Int64(date.timeIntervalSince1970) * 1000
    }

    func check() throws {
        guard startsAt != nil else {
            throw LibraryError(
                .invalid, "“\(from)” is no day from which a price holds: it takes one such as 2026-01-31")
        }
        guard standard.isPlain, batch?.isPlain ?? true, long?.isPlain ?? true, (longAbove ?? 0) >= 0 else {
            throw LibraryError(.invalid, "a price is of 0 nano-dollars a token or more")
        }
        guard (long == nil) == (longAbove == nil) else {
            throw LibraryError(
                .invalid, "a price of long requests says above how many tokens it holds, and the other way round")
        }
    }

    static func text(_ prices: [ModelPrice]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(prices.sorted { $0.from < $1.from }), as: UTF8.self)
    }

    /// What can't be read here is no price.
    static func reading(_ text: String) -> [ModelPrice] {
        let found = (try? JSONDecoder().decode([ModelPrice].self, from: Data(text.utf8))) ?? []
        return found.filter { (try? $0.check()) != nil }
    }
}
