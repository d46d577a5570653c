/// A wire format of chat completions.
package enum WireFormat: String, Sendable, Hashable, Codable, CaseIterable {
    /// OpenAI's `POST /v1/chat/completions`, which many others speak too.
    case openai
    /// Anthropic's `POST /v1/messages`.
    case anthropic

    /// Below the base URL of a provider, which ends with `/v1` or the like.
    package var path: String {
        switch self {
        case .openai: "/chat/completions"
        case .anthropic: "/messages"
        }
    }

    /// - Throws: `CompletionError` that names the field at fault.
    package func request(_ body: [UInt8]) throws(CompletionError) -> ChatRequest {
        switch self {
        case .openai: try OpenAIRequestReader.read(body)
        case .anthropic: try AnthropicRequestReader.read(body)
        }
    }

    /// - Throws: `CompletionError` for what the format can't say.
    /// - Returns: the body, and the names of the hints that the format lacks.
    package func body(_ request: ChatRequest) throws(CompletionError) -> (bytes: [UInt8], dropped: [String]) {
        switch self {
        case .openai: try OpenAIRequestWriter.write(request)
        case .anthropic: try AnthropicRequestWriter.write(request)
        }
    }

    /// - Throws: `CompletionError` of code `malformedAnswer`.
    package func answer(_ body: [UInt8]) throws(CompletionError) -> ChatAnswer {
        switch self {
        case .openai: try OpenAIAnswer.read(body)
        case .anthropic: try AnthropicAnswer.read(body)
        }
    }

    package func body(_ answer: ChatAnswer, createdAt seconds: Int) -> [UInt8] {
        switch self {
        case .openai: OpenAIAnswer.write(answer, createdAt: seconds)
        case .anthropic: AnthropicAnswer.write(answer)
        }
    }
}
