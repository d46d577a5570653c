internal import PromptTemplates

/// What a plain scalar says, by the core schema of YAML 1.2: `yes`, `1_000` and dates are texts.
enum YAMLScalar {
    static func value(_ text: String) -> TemplateValue {
        switch text {
        case "", "~", "null", "Null", "NULL": .null
        case "true", "True", "TRUE": .boolean(true)
        case "false", "False", "FALSE": .boolean(false)
        default: number(text).map { .number($0) } ?? .text(text)
        }
    }

    /// The number as JSON writes it: as it stands where it may, and else with what JSON wants.
    private static func number(_ text: String) -> String? {
        if TemplateValue.isNumber(text) { return text }
        for (prefix, radix) in [("0x", 16), ("0o", 8)] where text.hasPrefix(prefix) {
            let digits = text.dropFirst(2)
            return digits.first == "+" || digits.first == "-" ? nil : UInt64(digits, radix: radix).map { String($0) }
        }
        return decimal(text)
    }

    /// `+1`, `.5`, `1.`, `007` and the like.
    private static func decimal(_ text: String) -> String? {
        var rest = text.utf8[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
        let whole = takeDigits(&rest)
        let digits = whole.drop { $0 == UInt8(ascii: "0") }
        var number = (isNegative ? "-" : "") + (digits.isEmpty ? "0" : String(Substring(digits)))
        var fraction: Substring.UTF8View = "".utf8[...]
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst()
            fraction = takeDigits(&rest)
            number += fraction.isEmpty ? ".0" : ".\(Substring(fraction))"
        }
        guard !whole.isEmpty || !fraction.isEmpty else { return nil }
        number += String(Substring(rest))
        return TemplateValue.isNumber(number) ? number : nil
    }

    private static func takeDigits(_ rest: inout Substring.UTF8View) -> Substring.UTF8View {
        let digits = rest.prefix(while: \.isASCIIDigit)
        rest = rest.dropFirst(digits.count)
        return digits
    }
}
