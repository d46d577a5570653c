/// Reads `POST /v1/chat/completions`.
enum OpenAIRequestReader {
    /// Fields that have a place of their own in ``ChatRequest``.
    private static let known: Set = [
        "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "max_tokens", "max_completion_tokens",
        "temperature", "top_p", "stop", "stream", "stream_options", "user",
    ]

    static func read(_ body: [UInt8]) throws(CompletionError) -> ChatRequest {
        let reader = try FieldReader.body(body)
        var request = ChatRequest(model: try reader.required("model").text())
        for message in try reader.required("messages").elements() { try take(message, into: &request) }
        try takeTools(reader, into: &request)
        request.sampling = try sampling(reader)
        request.isStreaming = try reader.optional("stream")?.boolean() ?? false
        request.wantsUsage = try reader.optional("stream_options")?.optional("include_usage")?.boolean() ?? false
        request.user = try reader.optional("user")?.text()
        request.hints = reader.value.object?.members.filter { !known.contains($0.name) && !$0.value.isNull } ?? []
        return request
    }

    private static func sampling(_ reader: FieldReader) throws(CompletionError) -> ChatSampling {
        var sampling = ChatSampling()
        for name in ["max_tokens", "max_completion_tokens"] {
            if let limit = try reader.optional(name) { sampling.maxTokens = try limit.positive() }
        }
        sampling.temperature = try reader.optional("temperature")?.number(0...2)
        sampling.topP = try reader.optional("top_p")?.number(0...1)
        sampling.stop = try reader.optional("stop")?.texts() ?? []
        return sampling
    }

    private static func takeTools(_ reader: FieldReader, into request: inout ChatRequest) throws(CompletionError) {
        for tool in try reader.optional("tools")?.elements() ?? [] {
            guard try tool.required("type").text() == "function" else {
                throw tool.fault("only tools of type function can be translated")
            }
            let function = try tool.required("function")
            request.tools.append(
                ChatTool(
                    name: try function.required("name").text(),
                    description: try function.optional("description")?.text(),
                    parameters: try function.optional("parameters")?.value ?? Self.anything))
        }
        if let choice = try reader.optional("tool_choice") { request.toolChoice = try read(choice: choice) }
        request.allowsParallelTools = try reader.optional("parallel_tool_calls")?.boolean()
    }

    private static let anything: JSONValue = ["type": "object", "properties": [:]]

    private static func read(choice field: FieldReader) throws(CompletionError) -> ChatToolChoice {
        switch field.value.text {
        case "auto": return .auto
        case "none": return .none
        case "required": return .required
        case .some: throw field.fault("it has to be auto, none, required, or an object that names a function")
        case nil: return .named(try field.required("function").required("name").text())
        }
    }

    private static func take(_ message: FieldReader, into request: inout ChatRequest) throws(CompletionError) {
        let role = try message.required("role")
        switch try role.text() {
        case "system", "developer": request.system.append(try plainText(message.required("content")))
        case "user": request.messages.append(ChatMessage(.user, try parts(message.required("content"))))
        case "assistant": request.messages.append(try assistant(message))
        case "tool":
            let result = ChatToolResult(
                id: try message.required("tool_call_id").text(), parts: try parts(message.required("content")))
            append(.toolResult(result), to: &request.messages)
        default: throw role.fault("it has to be system, developer, user, assistant or tool")
        }
    }

    /// Results of tools are messages of their own here, and parts of one elsewhere.
    private static func append(_ part: ChatPart, to messages: inout [ChatMessage]) {
        if let last = messages.last, last.role == .user,
            last.parts.allSatisfy({ if case .toolResult = $0 { true } else { false } })
        {
            messages[messages.count - 1].parts.append(part)
        } else {
            messages.append(ChatMessage(.user, [part]))
        }
    }

    private static func assistant(_ message: FieldReader) throws(CompletionError) -> ChatMessage {
        var parts = try message.optional("content").map(parts) ?? []
        for call in try message.optional("tool_calls")?.elements() ?? [] {
            let function = try call.required("function")
            parts.append(
                .toolUse(
                    ChatToolUse(
                        id: try call.required("id").text(), name: try function.required("name").text(),
                        input: try function.required("arguments").text())))
        }
        return ChatMessage(.assistant, parts)
    }

    private static func plainText(_ content: FieldReader) throws(CompletionError) -> String {
        var texts: [String] = []
        for part in try parts(content) {
            guard case .text(let text) = part else { throw content.fault("only texts can stand here") }
            texts.append(text)
        }
        return texts.joined(separator: "\n")
    }

    private static func parts(_ content: FieldReader) throws(CompletionError) -> [ChatPart] {
        if let text = content.value.text { return text.isEmpty ? [] : [.text(text)] }
        var parts: [ChatPart] = []
        for element in try content.elements() { parts.append(try part(element)) }
        return parts
    }

    private static func part(_ field: FieldReader) throws(CompletionError) -> ChatPart {
        let type = try field.required("type")
        switch try type.text() {
        case "text": return .text(try field.required("text").text())
        case "refusal": return .text(try field.required("refusal").text())
        case "image_url": return .image(try image(field.required("image_url").required("url")))
        default: throw type.fault("only text and image_url can be translated for this provider")
        }
    }

    private static func image(_ field: FieldReader) throws(CompletionError) -> ChatImage {
        let url = try field.text()
        guard url.hasPrefix("data:") else { return .url(url) }
        let halves = url.dropFirst(5).split(separator: ",", maxSplits: 1)
        guard halves.count == 2, halves[0].hasSuffix(";base64") else {
            throw field.fault("a data URL has to be in base64: data:image/png;base64,…")
        }
        return .data(mediaType: String(halves[0].dropLast(7)), base64: String(halves[1]))
    }
}
