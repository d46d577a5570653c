/// What a model answered, whatever wire format it came in.
package struct ChatAnswer: Sendable, Equatable {
    package var id: String
    /// As the provider names it.
    package var model: String
    /// Texts, tool uses and thoughts.
    package var parts: [ChatPart]
    package var stop: ChatStop
    package var usage: TokenUsage?

    package init(id: String, model: String, parts: [ChatPart], stop: ChatStop, usage: TokenUsage?) {
        (self.id, self.model, self.parts, self.stop, self.usage) = (id, model, parts, stop, usage)
    }

    /// No format's writer tells them, as they can't be sent back.
    var hasThoughts: Bool { parts.contains { if case .thinking = $0 { true } else { false } } }

    /// All its texts.
    package var text: String {
        parts.map { if case .text(let text) = $0 { text } else { "" } }.joined()
    }
}

/// Why a model stopped.
package enum ChatStop: Sendable, Equatable {
    case finished, tooLong, toolUse, refused
    /// At a text that the request named; empty where the format does not say which.
    case stopText(String)

    /// Some servers say that the model has finished where it waits for its tools.
    func told(withTools hasTools: Bool) -> ChatStop { hasTools && self == .finished ? .toolUse : self }
}

/// A piece of an answer that comes as a stream.
package enum ChatEvent: Sendable, Equatable {
    case started(id: String, model: String)
    case text(String)
    case thinking(String)
    /// Tools are counted from 0.
    case tool(index: Int, id: String, name: String)
    /// A piece of the JSON of a tool's input.
    case toolInput(index: Int, String)
    case stopped(ChatStop)
    case usage(TokenUsage)
    /// The provider ends the stream with an error.
    case failed(CompletionError)
}
