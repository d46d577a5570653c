/// Writes a stream of events in one of the formats.
enum StreamWriter {
    case openai(OpenAIStreamWriter)
    case anthropic(AnthropicStreamWriter)

    init(_ format: WireFormat, wantsUsage: Bool, createdAt seconds: Int) {
        switch format {
        case .openai: self = .openai(OpenAIStreamWriter(wantsUsage: wantsUsage, created: seconds))
        case .anthropic: self = .anthropic(AnthropicStreamWriter())
        }
    }

    mutating func write(_ event: ChatEvent, to bytes: inout [UInt8]) {
        switch self {
        case .openai(var writer):
            writer.write(event, to: &bytes)
            self = .openai(writer)
        case .anthropic(var writer):
            writer.write(event, to: &bytes)
            self = .anthropic(writer)
        }
    }

    /// What stands behind the last event of a whole stream.
    func end(to bytes: inout [UInt8]) {
        switch self {
        case .openai(let writer): writer.end(to: &bytes)
        case .anthropic(let writer): writer.end(to: &bytes)
        }
    }
}
