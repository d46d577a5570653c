/// One message of a chat.
package struct ChatMessage: Sendable, Equatable, Codable {
    /// Who speaks.
    package enum Role: String, Sendable, Codable, CaseIterable {
        case system, user, assistant, developer, tool, function
    }

    package var role: Role
    package var content: String

    package init(role: Role, content: String) {
        self.role = role
        self.content = content
    }
}

/// Why a text is no chat.
package enum ChatTextError: Error, Sendable, Hashable, CustomStringConvertible {
    /// More messages than ``ChatText/messagesMax``.
    case tooManyMessages

    package var description: String {
        switch self {
        case .tooManyMessages: "a chat has at most \(ChatText.messagesMax) messages; split it"
        }
    }
}
