/// Writes `POST /v1/messages`.
enum AnthropicRequestWriter {
    /// The format needs a limit, and OpenAI's does not. In tokens; every model that is offered takes it.
    static let maxTokensDefault = 4096

    static func write(_ request: ChatRequest) throws(CompletionError) -> (bytes: [UInt8], dropped: [String]) {
        var body = JSONObject()
        body["model"] = .text(request.model)
        body["max_tokens"] = .integer(request.sampling.maxTokens ?? maxTokensDefault)
        if !request.system.isEmpty { body["system"] = .text(request.system.joined(separator: "\n\n")) }
        body["messages"] = .list(try messages(request.messages))
        try write(request.sampling, to: &body)
        writeTools(request, to: &body)
        if request.isStreaming { body["stream"] = true }
        body["metadata"] = request.user.map { ["user_id": .text($0)] }
        return (JSONValue.object(body).bytes, try RequestHints.dropped(request.hints))
    }

    private static func write(_ sampling: ChatSampling, to body: inout JSONObject) throws(CompletionError) {
        if let temperature = sampling.temperature {
            guard temperature <= 1 else {
                throw .invalid("temperature", "the provider of this model takes a number from 0 to 1")
            }
            body["temperature"] = .number(FieldReader.written(temperature))
        }
        body["top_p"] = sampling.topP.map { .number(FieldReader.written($0)) }
        if !sampling.stop.isEmpty { body["stop_sequences"] = .list(sampling.stop.map { .text($0) }) }
    }

    private static func writeTools(_ request: ChatRequest, to body: inout JSONObject) {
        guard !request.tools.isEmpty else { return }
        body["tools"] = .list(
            request.tools.map { tool in
                var value = JSONObject()
                value["name"] = .text(tool.name)
                value["description"] = tool.description.map { .text($0) }
                value["input_schema"] = tool.parameters
                return .object(value)
            })
        body["tool_choice"] = choice(request).map { .object($0) }
    }

    private static func choice(_ request: ChatRequest) -> JSONObject? {
        var choice = JSONObject()
        switch request.toolChoice {
        case .auto: choice["type"] = "auto"
        case .some(.none): choice["type"] = "none"
        case .required: choice["type"] = "any"
        case .named(let name): (choice["type"], choice["name"]) = ("tool", .text(name))
        case nil: if request.allowsParallelTools != false { return nil } else { choice["type"] = "auto" }
        }
        if request.allowsParallelTools == false { choice["disable_parallel_tool_use"] = true }
        return choice
    }

    /// The format wants turns, and no message that is empty.
    private static func messages(_ messages: [ChatMessage]) throws(CompletionError) -> [JSONValue] {
        var turns: [(role: ChatMessage.Role, blocks: [JSONValue])] = []
        for message in messages {
            var blocks: [JSONValue] = []
            for part in message.parts { if let block = try block(part) { blocks.append(block) } }
            guard !blocks.isEmpty else { continue }
            if turns.last?.role == message.role {
                turns[turns.count - 1].blocks += blocks
            } else {
                turns.append((message.role, blocks))
            }
        }
        return turns.map { ["role": .text($0.role.rawValue), "content": .list($0.blocks)] }
    }

    /// Thoughts carry a signature of the provider that thought them, which there is none of here.
    static func block(_ part: ChatPart) throws(CompletionError) -> JSONValue? {
        switch part {
        case .text(let text): return text.isEmpty ? nil : ["type": "text", "text": .text(text)]
        case .image(.url(let url)): return ["type": "image", "source": ["type": "url", "url": .text(url)]]
        case .image(.data(let type, let base64)):
            return [
                "type": "image", "source": ["type": "base64", "media_type": .text(type), "data": .text(base64)],
            ]
        case .toolUse(let use):
            return ["type": "tool_use", "id": .text(use.id), "name": .text(use.name), "input": try input(use)]
        case .toolResult(let result): return try block(result)
        case .thinking: return nil
        }
    }

    private static func block(_ result: ChatToolResult) throws(CompletionError) -> JSONValue {
        var block = JSONObject()
        (block["type"], block["tool_use_id"]) = ("tool_result", .text(result.id))
        var content: [JSONValue] = []
        for part in result.parts { if let part = try Self.block(part) { content.append(part) } }
        block["content"] = .list(content)
        if result.isError { block["is_error"] = true }
        return .object(block)
    }

    private static func input(_ use: ChatToolUse) throws(CompletionError) -> JSONValue {
        guard let value = use.inputObject else {
            throw .invalid("messages", "the arguments of the tool call \(use.id) are not a JSON object")
        }
        return value
    }
}
