/// Writes `POST /v1/chat/completions`.
enum OpenAIRequestWriter {
    static func write(_ request: ChatRequest) throws(CompletionError) -> (bytes: [UInt8], dropped: [String]) {
        var body = JSONObject()
        body["model"] = .text(request.model)
        var messages: [JSONValue] = request.system.map { ["role": "system", "content": .text($0)] }
        for message in request.messages { messages += try write(message) }
        body["messages"] = .list(messages)
        write(request.sampling, model: request.model, to: &body)
        writeTools(request, to: &body)
        if request.isStreaming { body["stream"] = true }
        if request.isStreaming, request.wantsUsage { body["stream_options"] = ["include_usage": true] }
        body["user"] = request.user.map { .text($0) }
        return (JSONValue.object(body).bytes, try RequestHints.dropped(request.hints))
    }

    private static func write(_ sampling: ChatSampling, model: String, to body: inout JSONObject) {
        let limit = refusesMaxTokens(model) ? "max_completion_tokens" : "max_tokens"
        body[limit] = sampling.maxTokens.map { .integer($0) }
        body["temperature"] = sampling.temperature.map { .number(FieldReader.written($0)) }
        body["top_p"] = sampling.topP.map { .number(FieldReader.written($0)) }
        if !sampling.stop.isEmpty { body["stop"] = .list(sampling.stop.map { .text($0) }) }
    }

    /// OpenAI's models that reason know only the new name, and many who speak this format only the old one.
    static func refusesMaxTokens(_ model: String) -> Bool {
        let name = model.split(separator: "/").last ?? ""
        if name.hasPrefix("gpt-"), let generation = Int(name.dropFirst(4).prefix { $0.isNumber }) {
            return generation >= 5
        }
        return name.first == "o" && name.dropFirst().first?.isNumber == true
    }

    private static func writeTools(_ request: ChatRequest, to body: inout JSONObject) {
        if !request.tools.isEmpty { body["tools"] = .list(request.tools.map(write)) }
        body["parallel_tool_calls"] = request.allowsParallelTools.map { .boolean($0) }
        switch request.toolChoice {
        case nil: break
        case .auto: body["tool_choice"] = "auto"
        case .some(.none): body["tool_choice"] = "none"
        case .required: body["tool_choice"] = "required"
        case .named(let name): body["tool_choice"] = ["type": "function", "function": ["name": .text(name)]]
        }
    }

    private static func write(_ tool: ChatTool) -> JSONValue {
        var function = JSONObject()
        function["name"] = .text(tool.name)
        function["description"] = tool.description.map { .text($0) }
        function["parameters"] = tool.parameters
        return ["type": "function", "function": .object(function)]
    }

    /// Results of tools are messages of their own, and come before what else the user says.
    private static func write(_ message: ChatMessage) throws(CompletionError) -> [JSONValue] {
        guard message.role == .user else { return [assistant(message)] }
        var (results, rest): ([JSONValue], [ChatPart]) = ([], [])
        for part in message.parts {
            if case .toolResult(let result) = part { results.append(try write(result)) } else { rest.append(part) }
        }
        return rest.isEmpty ? results : results + [["role": "user", "content": content(rest)]]
    }

    private static func write(_ result: ChatToolResult) throws(CompletionError) -> JSONValue {
        let texts = result.parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
        guard texts.count == result.parts.count else {
            throw .invalid("messages", "a tool's result holds an image, which this provider does not take there")
        }
        // The format has no field for it.
        let text = (result.isError ? "Error: " : "") + texts.joined(separator: "\n")
        return ["role": "tool", "tool_call_id": .text(result.id), "content": .text(text)]
    }

    private static func assistant(_ message: ChatMessage) -> JSONValue {
        var result = JSONObject()
        result["role"] = "assistant"
        let texts = message.parts.compactMap { if case .text(let text) = $0 { text } else { nil } }
        result["content"] = texts.isEmpty ? .null : .text(texts.joined())
        let calls = message.parts.compactMap { if case .toolUse(let use) = $0 { write(use) } else { nil } }
        if !calls.isEmpty { result["tool_calls"] = .list(calls) }
        return .object(result)
    }

    static func write(_ use: ChatToolUse) -> JSONValue {
        [
            "id": .text(use.id), "type": "function",
            "function": ["name": .text(use.name), "arguments": .text(use.input)],
        ]
    }

    private static func content(_ parts: [ChatPart]) -> JSONValue {
        if parts.count == 1, case .text(let text)? = parts.first { return .text(text) }
        return .list(
            parts.compactMap { part in
                switch part {
                case .text(let text): ["type": "text", "text": .text(text)]
                case .image(.url(let url)): ["type": "image_url", "image_url": ["url": .text(url)]]
                case .image(.data(let type, let base64)):
                    ["type": "image_url", "image_url": ["url": .text("data:\(type);base64,\(base64)")]]
                case .toolUse, .toolResult, .thinking: nil
                }
            })
    }
}
