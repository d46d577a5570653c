/// Answers of `POST /v1/chat/completions`.
enum OpenAIAnswer {
    static func read(_ body: [UInt8]) throws(CompletionError) -> ChatAnswer {
        let object = try AnswerReader.object(body)
        guard let choice = object["choices"]?.list?.first?.object, let message = choice["message"]?.object else {
            throw .malformed("it has no choices[0].message")
        }
        let parts = try parts(message)
        let hasTools = parts.contains { if case .toolUse = $0 { true } else { false } }
        let stop = stop(choice["finish_reason"]?.text) ?? .finished
        return ChatAnswer(
            id: object["id"]?.text ?? "", model: object["model"]?.text ?? "", parts: parts,
            stop: stop.told(withTools: hasTools), usage: TokenUsage(openAI: object["usage"]))
    }

    private static func parts(_ message: JSONObject) throws(CompletionError) -> [ChatPart] {
        var parts: [ChatPart] = []
        // Not OpenAI's own, but of many that speak this format.
        if let thought = (message["reasoning_content"] ?? message["reasoning"])?.text, !thought.isEmpty {
            parts.append(.thinking(thought))
        }
        if let text = (message["content"]?.text ?? message["refusal"]?.text), !text.isEmpty {
            parts.append(.text(text))
        }
        for call in message["tool_calls"]?.list ?? [] {
            guard let id = call.object?["id"]?.text, let function = call.object?["function"]?.object,
                let name = function["name"]?.text
            else { throw .malformed("a tool call has no id or no function") }
            parts.append(.toolUse(ChatToolUse(id: id, name: name, input: function["arguments"]?.text ?? "{}")))
        }
        return parts
    }

    static func stop(_ reason: String?) -> ChatStop? {
        switch reason {
        case nil: nil
        case "length": .tooLong
        case "tool_calls", "function_call": .toolUse
        case "content_filter": .refused
        default: .finished
        }
    }

    static func reason(_ stop: ChatStop) -> JSONValue {
        switch stop {
        case .finished, .stopText: "stop"
        case .tooLong: "length"
        case .toolUse: "tool_calls"
        case .refused: "content_filter"
        }
    }

    static func write(_ answer: ChatAnswer, createdAt seconds: Int) -> [UInt8] {
        var message = JSONObject()
        message["role"] = "assistant"
        message["content"] = answer.text.isEmpty ? .null : .text(answer.text)
        message["refusal"] = .null
        let calls = answer.parts.compactMap {
            if case .toolUse(let use) = $0 { OpenAIRequestWriter.write(use) } else { nil }
        }
        if !calls.isEmpty { message["tool_calls"] = .list(calls) }
        var body = JSONObject()
        (body["id"], body["object"]) = (.text(answer.id), "chat.completion")
        (body["created"], body["model"]) = (.integer(seconds), .text(answer.model))
        body["choices"] = [
            ["index": 0, "message": .object(message), "logprobs": .null, "finish_reason": reason(answer.stop)]
        ]
        body["usage"] = answer.usage?.openAI
        return JSONValue.object(body).bytes
    }
}
