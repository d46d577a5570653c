/// Reads the chunks of a streamed `POST /v1/chat/completions`.
struct OpenAIStreamReader {
    private var hasStarted = false
    private var tools: Set<Int> = []

    static let toolsMax = 1024

    /// - Parameter data: of one event; `[DONE]` is none of this.
    mutating func take(_ data: some Sequence<UInt8>) throws(CompletionError) -> [ChatEvent] {
        let object = try AnswerReader.object(Array(data))
        if let error = object["error"], !error.isNull { return [.failed(Self.failure(error))] }
        var events: [ChatEvent] = []
        if !hasStarted {
            events.append(.started(id: object["id"]?.text ?? "", model: object["model"]?.text ?? ""))
            hasStarted = true
        }
        // Other choices than the first are none of ours: n is 1.
        let choice = object["choices"]?.list?.first { ($0.object?["index"]?.integer ?? 0) == 0 }?.object
        if let delta = choice?["delta"]?.object { events += try take(delta) }
        if let stop = OpenAIAnswer.stop(choice?["finish_reason"]?.text) {
            events.append(.stopped(stop.told(withTools: !tools.isEmpty)))
        }
        if let usage = TokenUsage(openAI: object["usage"]) { events.append(.usage(usage)) }
        return events
    }

    private mutating func take(_ delta: JSONObject) throws(CompletionError) -> [ChatEvent] {
        var events: [ChatEvent] = []
        if let thought = (delta["reasoning_content"] ?? delta["reasoning"])?.text, !thought.isEmpty {
            events.append(.thinking(thought))
        }
        if let text = (delta["content"]?.text ?? delta["refusal"]?.text), !text.isEmpty { events.append(.text(text)) }
        for call in delta["tool_calls"]?.list ?? [] { events += try take(call: call.object ?? JSONObject()) }
        return events
    }

    private mutating func take(call: JSONObject) throws(CompletionError) -> [ChatEvent] {
        var events: [ChatEvent] = []
        let index = call["index"]?.integer ?? 0
        let function = call["function"]?.object
        if !tools.contains(index) {
            guard let id = call["id"]?.text, let name = function?["name"]?.text, tools.count < Self.toolsMax else {
                throw .malformed("a tool call begins without an id or a name")
            }
            events.append(.tool(index: index, id: id, name: name))
            tools.insert(index)
        }
        if let piece = function?["arguments"]?.text, !piece.isEmpty {
            events.append(.toolInput(index: index, piece))
        }
        return events
    }

    static func failure(_ error: JSONValue) -> CompletionError {
        let message = error.object?["message"]?.text ?? error.text ?? "it does not say why"
        return CompletionError(.providerFailed, "the provider ended the stream: \(message.prefix(500))")
    }
}
