internal import PromptTemplates

/// A folder with a `system.md`, and perhaps a `user.md`, as fabric keeps its patterns.
enum PatternFormat {
    /// A chat where there is something for the user to say, and else the text of `system.md`.
    static func read(system: [UInt8], user: [UInt8]? = nil) throws(ReadFault) -> PromptDocument {
        let text = try text(system)
        let question = try user.map(Self.text) ?? ""
        guard !question.trimmedASCII.isEmpty else { return PromptDocument(body: text) }
        return PromptDocument(system: text, user: question)
    }

    private static func text(_ bytes: [UInt8]) throws(ReadFault) -> String {
        guard let text = String(validating: bytes.withoutMark, as: UTF8.self) else { throw .file(.notUTF8) }
        guard !bytes.contains(ASCII.nul) else { throw .row("it holds a NUL byte; take it out") }
        return text.utf8.last == ASCII.newline ? String(Substring(text.utf8.dropLast())) : text
    }
}

extension PromptDocument {
    /// A chat of these two.
    init(system: String, user: String) {
        let messages = [ChatMessage(role: .system, content: system), ChatMessage(role: .user, content: user)]
        self.init(body: ChatText.text(messages))
        isChat = true
    }
}
