/// What a `Content-Type` says (RFC 9110, section 8.3).
struct ContentType: Sendable, Hashable {
    /// In lower case, such as `text/html`. Empty where there is none.
    var media = ""
    /// As it was written.
    var charset: String?

    init(_ header: String?) {
        guard let header else { return }
        let parts = header.split(separator: ";", maxSplits: 16).map { Self.trimmed($0) }
        media = parts.first.map { $0.lowercased() } ?? ""
        charset = parts.dropFirst().lazy.compactMap { Self.charset($0) }.first
    }

    private static func charset(_ parameter: String) -> String? {
        let pair = parameter.split(separator: "=", maxSplits: 1).map { trimmed($0) }
        guard pair.count == 2, pair[0].lowercased() == "charset" else { return nil }
        return pair[1]
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        let isOut = { (character: Character) in character.isWhitespace || character == "\"" }
        return String(text.drop(while: isOut).reversed().drop(while: isOut).reversed())
    }
}
