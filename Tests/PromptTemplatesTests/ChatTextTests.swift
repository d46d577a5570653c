import PromptTemplates
import Testing

@Suite struct ChatTextTests {
    private static let pieces = [
        "user:", "system:", " User: ", "\\user:", "\\\\ASSISTANT:", "tool:", "function:", "developer:\t", "user :",
        "users:", "user: x", ":", "\\", " ", "\t", "\n", "\n", "\n\n", "\r\n", "\r", "a", "é", "e\u{301}", "😀", "\0",
        "\u{2028}", "\u{FEFF}",
    ]

    private func same(_ one: [ChatMessage], _ other: [ChatMessage]) -> Bool {
        one.count == other.count
            && zip(one, other).allSatisfy { $0.role == $1.role && bytes($0.content) == bytes($1.content) }
    }

    @Test(arguments: 0..<4)
    func everyMessageComesBack(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        for _ in 0..<5_000 {
            let messages = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                ChatMessage(
                    role: ChatMessage.Role.allCases.randomElement(using: &generator) ?? .user,
                    content: generator.text(of: Self.pieces, upTo: 12))
            }
            let text = ChatText.text(messages)
            guard same(try ChatText.messages(text), messages) else {
                Issue.record("\(messages)")
                return
            }
        }
    }

    /// Whatever the text, its messages are written as a text that has the same messages.
    @Test func whatIsReadIsKept() throws {
        var generator = SeededGenerator(state: 11)
        for _ in 0..<10_000 {
            let text = generator.text(of: Self.pieces, upTo: 16)
            let messages = try ChatText.messages(text)
            guard same(try ChatText.messages(ChatText.text(messages)), messages) else {
                Issue.record("\(text.debugDescription)")
                return
            }
        }
    }

    @Test func theCanonicalText() {
        let messages = [
            ChatMessage(role: .system, content: "Be kind.\n"), ChatMessage(role: .user, content: ""),
            ChatMessage(role: .assistant, content: "user:\n  \\System: \nx"),
        ]
        #expect(
            ChatText.text(messages)
                == "system:\nBe kind.\n\n\nuser:\n\n\nassistant:\n\\user:\n  \\\\System: \nx\n")
        #expect(ChatText.text([]).isEmpty)
    }

    @Test(
        arguments: [
            ("", []), ("\n \t\n", []), ("Hello", [("system", "Hello")]), ("Hello\n", [("system", "Hello")]),
            ("user:", [("user", "")]), ("user:\n", [("user", "")]), (" \tUSER: \nHi", [("user", "Hi")]),
            ("Rules\n\nuser:\nHi\n", [("system", "Rules"), ("user", "Hi")]),
            ("\n\nuser:\nHi\n", [("user", "Hi")]),
            ("system:\nA\nuser:\nB\n", [("system", "A"), ("user", "B")]),
            ("system:\nA\n\n\nuser:\nB\n\n", [("system", "A\n"), ("user", "B\n")]),
            ("system:\r\nA\r\n\r\nuser:\r\nB\r\n", [("system", "A"), ("user", "B")]),
            ("Rules\r\n\r\nuser:\r\nB", [("system", "Rules"), ("user", "B")]),
            ("system:\nuser:\nB", [("system", ""), ("user", "B")]),
            ("user :\nx", [("system", "user :\nx")]), ("user: x", [("system", "user: x")]),
            ("\\user:\nx", [("system", "user:\nx")]), ("- user:\nx", [("system", "- user:\nx")]),
        ] as [(String, [(String, String)])])
    func textsThatPeopleWrite(text: String, expected: [(String, String)]) throws {
        let messages = try ChatText.messages(text)
        #expect(messages.map(\.role.rawValue) == expected.map(\.0))
        #expect(messages.map { bytes($0.content) } == expected.map { bytes($0.1) })
    }

    @Test func tooManyMessagesAreRefused() throws {
        let text = String(repeating: "user:\n", count: ChatText.messagesMax)
        #expect(try ChatText.messages(text).count == ChatText.messagesMax)
        #expect(throws: ChatTextError.tooManyMessages) { try ChatText.messages(text + "user:") }
    }
}
