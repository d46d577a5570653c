/// What somebody asks of a model, whatever wire format it came in.
package struct ChatRequest: Sendable, Equatable {
    package var model: String
    /// Instructions that stand before the conversation.
    package var system: [String] = []
    package var messages: [ChatMessage] = []
    package var tools: [ChatTool] = []
    package var toolChoice: ChatToolChoice?
    /// False where the model is to call one tool at a time.
    package var allowsParallelTools: Bool?
    package var sampling = ChatSampling()
    package var isStreaming = false
    /// Whether the stream is to end with the count of tokens, where the format leaves that to the client.
    package var wantsUsage = false
    /// Names the end user to the provider.
    package var user: String?
    /// What the format that it came in has more, and what it was, in JSON: hints that another may lack.
    package var hints: [JSONObject.Member] = []

    package init(model: String, system: [String] = [], messages: [ChatMessage] = []) {
        (self.model, self.system, self.messages) = (model, system, messages)
    }
}

package struct ChatMessage: Sendable, Equatable {
    package enum Role: String, Sendable { case user, assistant }

    package var role: Role
    package var parts: [ChatPart]

    package init(_ role: Role, _ parts: [ChatPart]) { (self.role, self.parts) = (role, parts) }
    package init(_ role: Role, _ text: String) { self.init(role, [.text(text)]) }
}

package enum ChatPart: Sendable, Equatable {
    case text(String)
    case image(ChatImage)
    case toolUse(ChatToolUse)
    case toolResult(ChatToolResult)
    /// What the model thought before it answered.
    case thinking(String)
}

package enum ChatImage: Sendable, Equatable {
    case url(String)
    /// A media type such as `image/png`, and base64.
    case data(mediaType: String, base64: String)
}

package struct ChatToolUse: Sendable, Equatable {
    package var id: String
    package var name: String
    /// An object in JSON, as the model wrote it.
    package var input: String

    /// Without parameters, models write nothing. Nil where they wrote something else than an object.
    var inputObject: JSONValue? {
        if input.allSatisfy(\.isWhitespace) { return [:] }
        return (try? JSONValue(input.utf8)).flatMap { $0.object == nil ? nil : $0 }
    }
}

package struct ChatToolResult: Sendable, Equatable {
    package var id: String
    /// Texts and images.
    package var parts: [ChatPart]
    package var isError = false
}

package struct ChatTool: Sendable, Equatable {
    package var name: String
    package var description: String?
    /// A JSON Schema.
    package var parameters: JSONValue
}

package enum ChatToolChoice: Sendable, Equatable {
    case auto, none, required
    case named(String)
}

package struct ChatSampling: Sendable, Equatable {
    /// In tokens.
    package var maxTokens: Int?
    package var temperature: Double?
    package var topP: Double?
    package var stop: [String] = []

    package init() {}
}
