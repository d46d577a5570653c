internal import PromptTemplates

/// Texts with placeholders as Python's `string.Template` has them: `$name`, `${name}`, and `$$` for a dollar sign.
enum PythonTemplate {
    private enum Piece {
        case text(String)
        case placeholder(String)
    }

    /// The texts in one of our formats, and which: none where they have no placeholders, and else dollar, or fstring
    /// where a dollar sign stands right before a placeholder, which our dollar format has no way to say.
    static func adapted(_ texts: [String]) -> (TemplateFormat, [String]) {
        let pieces = texts.map { Self.pieces(of: Array($0.utf8)) }
        let format = format(of: pieces)
        return (format, pieces.map { $0.map { written($0, as: format) }.joined() })
    }

    private static func format(of texts: [[Piece]]) -> TemplateFormat {
        guard texts.joined().contains(where: { if case .placeholder = $0 { true } else { false } }) else {
            return .none
        }
        let hasDollarBefore = texts.contains { pieces in
            zip(pieces, pieces.dropFirst()).contains { pair in
                if case (.text(let text), .placeholder) = pair { text.utf8.last == dollar } else { false }
            }
        }
        return hasDollarBefore ? .fstring : .dollar
    }

    private static func written(_ piece: Piece, as format: TemplateFormat) -> String {
        switch (piece, format) {
        case (.text(let text), .dollar): replacing("${", with: "$${", in: text)
        case (.text(let text), .fstring): replacing("}", with: "}}", in: replacing("{", with: "{{", in: text))
        case (.text(let text), _): text
        case (.placeholder(let name), .fstring): "{\(name)}"
        case (.placeholder(let name), _): "${\(name)}"
        }
    }
}

extension PythonTemplate {
    /// By bytes: to a string, a brace and an accent behind it are one character.
    private static func replacing(_ mark: String, with new: String, in text: String) -> String {
        String(decoding: Array(text.utf8).replacing(mark.utf8, with: new.utf8), as: UTF8.self)
    }

    private static let dollar = UInt8(ascii: "$")

    private static func pieces(of bytes: [UInt8]) -> [Piece] {
        var pieces: [Piece] = []
        var text: [UInt8] = []
        var index = 0
        while index < bytes.count {
            guard bytes[index] == dollar, let (name, end) = name(in: bytes, behind: index) else {
                text.append(bytes[index])
                let isDoubled = bytes[index] == dollar && bytes.dropFirst(index + 1).first == dollar
                index += isDoubled ? 2 : 1
                continue
            }
            pieces += [.text(String(decoding: text, as: UTF8.self)), .placeholder(name)]
            text = []
            index = end
        }
        return pieces + [.text(String(decoding: text, as: UTF8.self))]
    }

    /// The name behind a dollar sign, in braces or not, and where it ends.
    private static func name(in bytes: [UInt8], behind index: Int) -> (String, end: Int)? {
        let isBraced = bytes.dropFirst(index + 1).first == ASCII.openBrace
        let start = index + (isBraced ? 2 : 1)
        let name = bytes.dropFirst(start).prefix(while: isOfName)
        guard let first = name.first, !first.isASCIIDigit else { return nil }
        let end = start + name.count
        guard isBraced else { return (String(decoding: name, as: UTF8.self), end) }
        guard bytes.dropFirst(end).first == ASCII.closeBrace else { return nil }
        return (String(decoding: name, as: UTF8.self), end + 1)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        byte.isASCIIDigit || byte == UInt8(ascii: "_") || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }
}
