/// A chat as one text, the way `.prompty` files have it.
///
/// A line that is nothing but a role and a colon opens a message, whatever its case and the blanks around it. Such a
/// line in a message gets a backslash before its role, and one with backslashes there one more.
package enum ChatText {
    /// How many messages a text may have to be read.
    package static let messagesMax = 10_000

    /// The canonical text: each message under its role, a blank line between messages, and a newline at the end.
    package static func text(_ messages: [ChatMessage]) -> String {
        var bytes: [UInt8] = []
        for (index, message) in messages.enumerated() {
            if index > 0 { bytes.append(ASCII.newline) }
            bytes += "\(message.role.rawValue):\n".utf8
            for line in Lines(Array(message.content.utf8)) { bytes += ChatLine.escaped(line) }
            bytes.append(ASCII.newline)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The messages of a text: those that ``text(_:)`` was given, byte for byte.
    ///
    /// A text that people wrote may leave out the blank line between messages or the newline at the end, and may have
    /// CRLF throughout. What stands before the first marker is a system message, unless it is blank.
    package static func messages(_ text: String) throws(ChatTextError) -> [ChatMessage] {
        var reader = ChatReader()
        for line in Lines(Array(text.utf8)) { try reader.take(line) }
        return try reader.finished()
    }
}

/// Puts messages together, line by line.
private struct ChatReader {
    private var messages: [ChatMessage] = []
    private var role: ChatMessage.Role?
    private var content: [UInt8] = []
    /// Whether the marker's line ends with CRLF: then so do the lines that part messages.
    private var isCRLF = false

    mutating func take(_ line: ArraySlice<UInt8>) throws(ChatTextError) {
        guard let marker = ChatLine(line) else { return content += line }
        guard marker.backslashes.isEmpty else { return content += ChatLine.unescaped(line, marker) }
        if role == nil { isCRLF = content.hasSuffix("\r\n") }
        try finish(isLast: false)
        role = marker.role
        isCRLF = line.hasSuffix("\r\n")
    }

    mutating func finished() throws(ChatTextError) -> [ChatMessage] {
        if role == nil { isCRLF = content.hasSuffix("\r\n") }
        try finish(isLast: true)
        return messages
    }

    private mutating func finish(isLast: Bool) throws(ChatTextError) {
        defer { content = [] }
        guard role != nil || !content.allSatisfy(\.isASCIISpace) else { return }
        guard messages.count < ChatText.messagesMax else { throw .tooManyMessages }
        dropLineEnd()
        if !isLast { dropLineEnd() }
        messages.append(ChatMessage(role: role ?? .system, content: String(decoding: content, as: UTF8.self)))
    }

    private mutating func dropLineEnd() {
        guard content.last == ASCII.newline else { return }
        content.removeLast(isCRLF && content.hasSuffix("\r\n") ? 2 : 1)
    }
}

extension RangeReplaceableCollection<UInt8> where Self: BidirectionalCollection {
    fileprivate func hasSuffix(_ text: StaticString) -> Bool {
        reversed().starts(with: Array("\(text)".utf8).reversed())
    }
}
