internal import FoundationEssentials
package import PromptLibrary

extension ModelPrice {
    /// Takes the place of the price that held from the same day, and stands beside all others.
    package func added(to known: [ModelPrice]) -> [ModelPrice] { known.filter { $0.from != from } + [self] }

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
