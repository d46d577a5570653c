/// How names and values are put into a message.
enum Wording {
    private static let longestName = 60
    private static let longestList = 12

    /// In quotes, cut short, with what could move a terminal's cursor or turn its text around spelt out.
    static func quoted(_ text: String) -> String { "\"\(plain(text))\"" }

    static func plain(_ text: String, _ longest: Int = longestName) -> String {
        let scalars = text.unicodeScalars
        let shown = scalars.prefix(longest).map(visible).joined()
        return scalars.dropFirst(longest).isEmpty ? shown : shown + "…"
    }

    /// With every character outside ASCII spelt out, to tell apart what looks the same.
    static func spelt(_ text: String) -> String {
        "\"\(text.unicodeScalars.prefix(longestName).map { $0.isASCII ? visible($0) : escaped($0) }.joined())\""
    }

    static func list(_ items: [String]) -> String {
        let shown = items.prefix(longestList).joined(separator: ", ")
        return items.count > longestList ? "\(shown) and \(items.count - longestList) more" : shown
    }

    /// Quoted, with a word before the last.
    static func list(_ items: [String], _ word: String) -> String {
        guard let last = items.last, items.count > 1, items.count <= longestList else { return list(items.map(quoted)) }
        return "\(list(items.dropLast().map(quoted))) \(word) \(quoted(last))"
    }

    static func chain(_ names: [String]) -> String { names.map(quoted).joined(separator: " → ") }

    private static func visible(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: escaped(scalar)
        default: String(scalar)
        }
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    }
}
