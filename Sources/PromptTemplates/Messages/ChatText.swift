/// One message of a chat.
package struct ChatMessage: Sendable, Equatable, Codable {
    package var role: String
    package var content: String

    package init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}

/// Why a text is no chat.
package enum ChatTextError: Error, Sendable, Equatable, CustomStringConvertible {
    case empty

    package var description: String {
        "the chat has no message: write a line with a role, such as “user:”, and the message below it"
    }
}

/// A chat as one text: each message below a line with its role and a colon, as `.prompty` has it.
package enum ChatText {
    package static let roles = ["system", "user", "assistant", "developer", "tool", "function"]

    /// What is before the first role is a system message.
    package static func messages(_ text: String) throws(ChatTextError) -> [ChatMessage] {
        var reader = ChatReader()
        for line in lines(text) { reader.read(line) }
        let messages = reader.finished()
        guard !messages.isEmpty else { throw .empty }
        return messages
    }

    /// The one text for these messages: read again, it gives them byte for byte.
    package static func text(_ messages: [ChatMessage]) -> String {
        messages.map { "\($0.role.lowercased()):\n\(escaped($0.content))\n" }.joined(separator: "\n")
    }

    private static func escaped(_ content: String) -> String {
        lines(content).map { isMarkerLike($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// Lines with their ends.
    private static func lines(_ text: String) -> [Substring] {
        var lines: [Substring] = []
        var rest = text[...]
        while let end = rest.unicodeScalars.firstIndex(of: "\n") {
            let next = rest.unicodeScalars.index(after: end)
            lines.append(rest[..<next])
            rest = rest[next...]
        }
        if !rest.isEmpty { lines.append(rest) }
        return lines
    }

    /// The role that a line names, or nil.
    static func role(_ line: Substring) -> String? {
        let scalars = line.unicodeScalars.drop { $0 == " " || $0 == "\t" }
        guard let colon = scalars.firstIndex(of: ":") else { return nil }
        let rest = scalars[scalars.index(after: colon)...]
        guard rest.allSatisfy({ [" ", "\t", "\r", "\n"].contains($0) }) else { return nil }
        let name = scalars[..<colon].split { $0 == " " || $0 == "\t" }
        guard let only = name.first, name.count == 1 else { return nil }
        return roles.first { $0 == String(only).lowercased() }
    }

    /// Whether it is a role's line, or one with backslashes before it.
    static func isMarkerLike(_ line: Substring) -> Bool {
        role(Substring(line.unicodeScalars.drop { $0 == "\\" })) != nil
    }
}

private struct ChatReader {
    private var messages: [ChatMessage] = []
    private var role: String?
    private var content = ""
    /// Whether the file has lines that end in CR LF: what Offbook writes has not, so a CR is content there.
    private var hasCarriageReturns = false

    mutating func read(_ line: Substring) {
        if let next = ChatText.role(line) {
            close(isLast: false)
            role = next
            hasCarriageReturns = line.unicodeScalars.dropLast().last == "\r"
        } else {
            content += ChatText.isMarkerLike(line) && line.hasPrefix("\\") ? line.dropFirst() : line
        }
    }

    mutating func finished() -> [ChatMessage] {
        close(isLast: true)
        return messages
    }

    /// One line end belongs to the content's last line, and one more to the blank line between messages.
    private mutating func close(isLast: Bool) {
        var text = content[...].unicodeScalars
        dropLineEnd(&text)
        if !isLast { dropLineEnd(&text) }
        if role != nil || text.contains(where: { !$0.properties.isWhitespace }) {
            messages.append(ChatMessage(role: role ?? "system", content: String(text)))
        }
        content = ""
    }

    private func dropLineEnd(_ text: inout Substring.UnicodeScalarView) {
        guard text.last == "\n" else { return }
        text.removeLast()
        if hasCarriageReturns, text.last == "\r" { text.removeLast() }
    }
}
