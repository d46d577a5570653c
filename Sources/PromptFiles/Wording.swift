/// How names out of a file are put into a message.
enum Wording {
    private static let longestName = 40
    private static let longestList = 12

    /// A name in quotes, cut short, with what could move a terminal's cursor or turn its text around spelt out.
    static func quoted(_ name: String) -> String {
        let scalars = name.unicodeScalars
        let shown = scalars.prefix(longestName).map(visible).joined()
        return "\"\(shown)\(scalars.dropFirst(longestName).isEmpty ? "" : "…")\""
    }

    static func list(_ names: [String]) -> String {
        let shown = names.prefix(longestList).map(quoted).joined(separator: ", ")
        return names.count > longestList ? "\(shown) and \(names.count - longestList) more" : shown
    }

    /// "1 field", "2 fields".
    static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }

    private static func visible(_ scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: String(scalar)
        }
    }
}
