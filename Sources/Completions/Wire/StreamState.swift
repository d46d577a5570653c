/// What has been learnt of an answer from its stream.
struct StreamState: Sendable {
    var usage: TokenUsage?
    /// As the provider names it.
    var model: String?
    var failure: CompletionError?
    var hasStopped = false
    /// Whether the mark at the end of the stream has come.
    var isDone = false
    /// Where the whole answer is to be kept.
    var builder: AnswerBuilder?
    /// The beginning of what was said, where it is to be remembered.
    var heard: String?
    /// In bytes.
    private static let heardMax = 1 << 17

    /// Whether it has to be told pieces of text, too.
    var needsTexts: Bool { builder != nil || heard != nil }

    mutating func take(_ event: ChatEvent) {
        switch event {
        case .usage(let usage): self.usage = self.usage?.updated(with: usage) ?? usage
        case .failed(let error): failure = error
        case .stopped: hasStopped = true
        case .started(_, let model): self.model = model
        case .text(let piece): hear(piece)
        case .thinking, .tool, .toolInput: break
        }
        builder?.take(event)
    }

    private mutating func hear(_ piece: String) {
        if let length = heard?.utf8.count, length < Self.heardMax { heard?.append(piece) }
    }

    /// Whether an event says nothing else, so that nobody who did not ask for it misses it.
    func isOnlyUsage(_ events: [ChatEvent]) -> Bool {
        let hasUsage = events.contains { if case .usage = $0 { true } else { false } }
        return hasUsage
            && events.allSatisfy {
                switch $0 {
                case .usage, .started: true
                default: false
                }
            }
    }
}

/// The reader of either format.
enum StreamReader {
    case openai(OpenAIStreamReader)
    case anthropic(AnthropicStreamReader)

    init(_ format: WireFormat) {
        switch format {
        case .openai: self = .openai(OpenAIStreamReader())
        case .anthropic: self = .anthropic(AnthropicStreamReader())
        }
    }

    mutating func take(_ data: String) throws(CompletionError) -> [ChatEvent] {
        switch self {
        case .openai(var reader):
            defer { self = .openai(reader) }
            return try reader.take(data.utf8)
        case .anthropic(var reader):
            defer { self = .anthropic(reader) }
            return try reader.take(data.utf8)
        }
    }
}
