/// Answers of `POST /v1/messages`.
enum AnthropicAnswer {
    static func read(_ body: [UInt8]) throws(CompletionError) -> ChatAnswer {
        let object = try AnswerReader.object(body)
        guard let content = object["content"]?.list else { throw .malformed("it has no content") }
        var parts: [ChatPart] = []
        for block in content { if let part = try part(block.object) { parts.append(part) } }
        return ChatAnswer(
            id: object["id"]?.text ?? "", model: object["model"]?.text ?? "", parts: parts,
            stop: stop(object["stop_reason"]?.text, object["stop_sequence"]?.text) ?? .finished,
            usage: TokenUsage(anthropic: object["usage"]))
    }

    /// Nil for blocks that no other format has.
    private static func part(_ block: JSONObject?) throws(CompletionError) -> ChatPart? {
        switch block?["type"]?.text {
        case "text": return .text(block?["text"]?.text ?? "")
        case "thinking": return .thinking(block?["thinking"]?.text ?? "")
        case "tool_use":
            guard let id = block?["id"]?.text, let name = block?["name"]?.text else {
                throw .malformed("a tool_use has no id or no name")
            }
            let input = block?["input"]?.bytes ?? Array("{}".utf8)
            return .toolUse(ChatToolUse(id: id, name: name, input: String(decoding: input, as: UTF8.self)))
        case nil: throw .malformed("a block of content has no type")
        default: return nil
        }
    }

    static func stop(_ reason: String?, _ text: String?) -> ChatStop? {
        switch reason {
        case nil: nil
        case "max_tokens", "model_context_window_exceeded": .tooLong
        case "tool_use": .toolUse
        case "stop_sequence": .stopText(text ?? "")
        case "refusal": .refused
        default: .finished
        }
    }

    static func reason(_ stop: ChatStop) -> (reason: JSONValue, text: JSONValue) {
        switch stop {
        case .finished: ("end_turn", .null)
        case .tooLong: ("max_tokens", .null)
        case .toolUse: ("tool_use", .null)
        case .refused: ("refusal", .null)
        case .stopText(let text): ("stop_sequence", text.isEmpty ? .null : .text(text))
        }
    }

    static func write(_ answer: ChatAnswer) -> [UInt8] {
        let (reason, text) = reason(answer.stop)
        var body = JSONObject()
        (body["id"], body["type"], body["role"]) = (.text(answer.id), "message", "assistant")
        (body["model"], body["content"]) = (.text(answer.model), .list(answer.parts.compactMap(block)))
        (body["stop_reason"], body["stop_sequence"]) = (reason, text)
        body["usage"] = (answer.usage ?? TokenUsage()).anthropic
        return JSONValue.object(body).bytes
    }

    private static func block(_ part: ChatPart) -> JSONValue? {
        switch part {
        case .text(let text): ["type": "text", "text": .text(text)]
        case .toolUse(let use):
            // A model's arguments need not be an object; what it wrote is kept then, where a client can see it.
            [
                "type": "tool_use", "id": .text(use.id), "name": .text(use.name),
                "input": use.inputObject ?? ["arguments": (try? JSONValue(use.input.utf8)) ?? .text(use.input)],
            ]
        // Thoughts without a signature can't be sent back, so clients are not given any.
        case .image, .toolResult, .thinking: nil
        }
    }
}
