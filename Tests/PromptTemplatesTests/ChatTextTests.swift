import PromptTemplates
import Testing

@Suite("Chats as text")
struct ChatTextTests {
    private func message(_ role: ChatMessage.Role, _ content: String) -> ChatMessage { ChatMessage(role: role, content: content) }

    @Test("messages stand below their roles, a blank line between them")
    func canonical() throws {
        let messages = [message(.system, "Be brief."), message(.user, "Hello\n\nWorld")]
        #expect(ChatText.text(messages) == "system:\nBe brief.\n\nuser:\nHello\n\nWorld\n")
        #expect(try ChatText.messages(ChatText.text(messages)) == messages)
    }

    @Test(
        "what people write by hand is read",
        arguments: [
            ("system:\nA\nuser:\nB", ["system": "A", "user": "B"]), ("  User : \nB\n", ["user": "B"]),
            ("Before\n\nuser:\nB\n", ["system": "Before", "user": "B"]), ("\n\nuser:\nB\n", ["user": "B"]),
            ("system:\r\nA\r\n\r\nuser:\r\nB\r\n", ["system": "A", "user": "B"]),
            ("user:\nnote: this is none\nuser: nor this\n", ["user": "note: this is none\nuser: nor this"]),
            ("user:\n\\system:\n", ["user": "system:"]), ("assistant:\nuser:\n", ["assistant": "", "user": ""]),
        ])
    func lenient(_ text: String, _ expected: [String: String]) throws {
        let messages = try ChatText.messages(text)
        #expect(Dictionary(uniqueKeysWithValues: messages.map { ($0.role.rawValue, $0.content) }) == expected)
    }

    @Test("any messages come back byte for byte", arguments: 0..<400)
    func roundTrip(_ seed: UInt64) throws {
        var random = ChatRandom(state: seed)
        let pieces = [
            "user:", "system:\n", "\\", "\n", "\r\n", "\r", " ", "e\u{301}", "\u{301}", "👩‍👩‍👧", "\\\\assistant: ", "text",
            "\t", ":",
        ]
        let messages = (0...Int.random(in: 0..<4, using: &random)).map { _ in
            let length = Int.random(in: 0..<9, using: &random)
            return ChatMessage(
                role: ChatMessage.Role.allCases.randomElement(using: &random) ?? .user,
                content: (0..<length).map { _ in pieces.randomElement(using: &random) ?? "" }.joined())
        }
        let read = try ChatText.messages(ChatText.text(messages))
        #expect(read.map(\.role) == messages.map(\.role))
        #expect(read.map { Array($0.content.utf8) } == messages.map { Array($0.content.utf8) })
    }
}

/// SplitMix64.
private struct ChatRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
