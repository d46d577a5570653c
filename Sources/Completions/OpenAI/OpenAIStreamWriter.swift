/// Writes the chunks of a streamed `POST /v1/chat/completions`.
struct OpenAIStreamWriter {
    let wantsUsage: Bool
    /// Seconds since 1970.
    let created: Int
    private var id = ""
    private var model = ""
    private var usage: TokenUsage?

    init(wantsUsage: Bool, created: Int) { (self.wantsUsage, self.created) = (wantsUsage, created) }

    mutating func write(_ event: ChatEvent, to bytes: inout [UInt8]) {
        switch event {
        case .started(let id, let model):
            (self.id, self.model) = (id, model)
            chunk(["role": "assistant", "content": ""], to: &bytes)
        case .text(let text): chunk(["content": .text(text)], to: &bytes)
        case .tool(let index, let id, let name):
            let function: JSONValue = ["name": .text(name), "arguments": ""]
            tool(["index": .integer(index), "id": .text(id), "type": "function", "function": function], to: &bytes)
        case .toolInput(let index, let piece):
            tool(["index": .integer(index), "function": ["arguments": .text(piece)]], to: &bytes)
        case .stopped(let stop): chunk([:], reason: OpenAIAnswer.reason(stop), to: &bytes)
        case .usage(let usage): self.usage = usage
        case .failed(let error): bytes += error.event(in: .openai)
        case .thinking: break
        }
    }

    func end(to bytes: inout [UInt8]) {
        if wantsUsage, let usage { event(choices: [], usage: usage.openAI, to: &bytes) }
        bytes += "data: [DONE]\n\n".utf8
    }

    private func tool(_ call: JSONValue, to bytes: inout [UInt8]) { chunk(["tool_calls": [call]], to: &bytes) }

    private func chunk(_ delta: JSONValue, reason: JSONValue = .null, to bytes: inout [UInt8]) {
        let choice: JSONValue = ["index": 0, "delta": delta, "logprobs": .null, "finish_reason": reason]
        event(choices: [choice], usage: wantsUsage ? .null : nil, to: &bytes)
    }

    private func event(choices: JSONValue, usage: JSONValue?, to bytes: inout [UInt8]) {
        var chunk = JSONObject()
        (chunk["id"], chunk["object"]) = (.text(id), "chat.completion.chunk")
        (chunk["created"], chunk["model"], chunk["choices"]) = (.integer(created), .text(model), choices)
        chunk["usage"] = usage
        bytes += "data: ".utf8
        JSONValue.object(chunk).write(to: &bytes)
        bytes += "\n\n".utf8
    }
}
