/// Reads `POST /v1/messages`.
enum AnthropicRequestReader {
    /// Fields that have a place of their own in ``ChatRequest``.
    private static let known: Set = [
        "model", "messages", "system", "tools", "tool_choice", "max_tokens", "temperature", "top_p", "stop_sequences",
        "stream", "metadata",
    ]

    static func read(_ body: [UInt8]) throws(CompletionError) -> ChatRequest {
        let reader = try FieldReader.body(body)
        var request = ChatRequest(model: try reader.required("model").text())
        request.system = try reader.optional("system").map(texts) ?? []
        for message in try reader.required("messages").elements() { request.messages.append(try read(message)) }
        try takeTools(reader, into: &request)
        request.sampling.maxTokens = try reader.required("max_tokens").positive()
        request.sampling.temperature = try reader.optional("temperature")?.number(0...1)
        request.sampling.topP = try reader.optional("top_p")?.number(0...1)
        request.sampling.stop = try reader.optional("stop_sequences")?.texts() ?? []
        request.isStreaming = try reader.optional("stream")?.boolean() ?? false
        // This format always counts the tokens.
        request.wantsUsage = true
        request.user = try reader.optional("metadata")?.optional("user_id")?.text()
        request.hints = reader.value.object?.members.filter { !known.contains($0.name) && !$0.value.isNull } ?? []
        return request
    }

    private static func takeTools(_ reader: FieldReader, into request: inout ChatRequest) throws(CompletionError) {
        for tool in try reader.optional("tools")?.elements() ?? [] {
            if let type = try tool.optional("type"), try type.text() != "custom" {
                throw type.fault("only tools of the client can be translated, not those of the provider")
            }
            request.tools.append(
                ChatTool(
                    name: try tool.required("name").text(), description: try tool.optional("description")?.text(),
                    parameters: try tool.required("input_schema").value))
        }
        guard let choice = try reader.optional("tool_choice") else { return }
        request.toolChoice = try read(choice: choice)
        request.allowsParallelTools = try choice.optional("disable_parallel_tool_use")?.boolean() == true ? false : nil
    }

    private static func read(choice: FieldReader) throws(CompletionError) -> ChatToolChoice {
        let type = try choice.required("type")
        switch try type.text() {
        case "auto": return .auto
        case "none": return .none
        case "any": return .required
        case "tool": return .named(try choice.required("name").text())
        default: throw type.fault("it has to be auto, any, tool or none")
        }
    }

    private static func read(_ message: FieldReader) throws(CompletionError) -> ChatMessage {
        let role = try message.required("role")
        guard let known = ChatMessage.Role(rawValue: try role.text()) else {
            throw role.fault("it has to be user or assistant")
        }
        return ChatMessage(known, try parts(message.required("content")))
    }

    private static func texts(_ field: FieldReader) throws(CompletionError) -> [String] {
        if let text = field.value.text { return [text] }
        var texts: [String] = []
        for block in try field.elements() { texts.append(try block.required("text").text()) }
        return texts
    }

    private static func parts(_ content: FieldReader) throws(CompletionError) -> [ChatPart] {
        if let text = content.value.text { return [.text(text)] }
        var parts: [ChatPart] = []
        for block in try content.elements() { if let part = try part(block) { parts.append(part) } }
        return parts
    }

    /// Nil for what only the provider that wrote it can read.
    private static func part(_ block: FieldReader) throws(CompletionError) -> ChatPart? {
        let type = try block.required("type")
        switch try type.text() {
        case "text": return .text(try block.required("text").text())
        case "image": return .image(try image(block.required("source")))
        case "thinking": return .thinking(try block.required("thinking").text())
        case "redacted_thinking": return nil
        case "tool_use":
            return .toolUse(
                ChatToolUse(
                    id: try block.required("id").text(), name: try block.required("name").text(),
                    input: String(decoding: try block.required("input").value.bytes, as: UTF8.self)))
        case "tool_result":
            return .toolResult(
                ChatToolResult(
                    id: try block.required("tool_use_id").text(), parts: try block.optional("content").map(parts) ?? [],
                    isError: try block.optional("is_error")?.boolean() ?? false))
        default:
            throw type.fault("only text, image, tool_use and tool_result can be translated for this provider")
        }
    }

    private static func image(_ source: FieldReader) throws(CompletionError) -> ChatImage {
        let type = try source.required("type")
        switch try type.text() {
        case "url": return .url(try source.required("url").text())
        case "base64":
            return .data(
                mediaType: try source.required("media_type").text(), base64: try source.required("data").text())
        default: throw type.fault("only url and base64 can be translated for this provider")
        }
    }
}
