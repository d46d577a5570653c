/// Reads the events of a streamed `POST /v1/messages`.
struct AnthropicStreamReader {
    /// The number of the tool in each block that is one.
    private var tools: [Int: Int] = [:]
    /// All that has been said of it, field by field.
    private var usage = JSONObject()

    /// - Parameter data: of one event.
    mutating func take(_ data: some Sequence<UInt8>) throws(CompletionError) -> [ChatEvent] {
        let object = try AnswerReader.object(Array(data))
        switch object["type"]?.text {
        case "message_start": return start(object["message"]?.object ?? JSONObject())
        case "content_block_start": return try startBlock(object)
        case "content_block_delta": return delta(object)
        case "message_delta": return messageDelta(object)
        case "error": return [.failed(OpenAIStreamReader.failure(object["error"] ?? .null))]
        default: return []
        }
    }

    private mutating func start(_ message: JSONObject) -> [ChatEvent] {
        let started = ChatEvent.started(id: message["id"]?.text ?? "", model: message["model"]?.text ?? "")
        return [started] + count(message["usage"])
    }

    private mutating func count(_ value: JSONValue?) -> [ChatEvent] {
        guard let later = value?.object else { return [] }
        let sum = Self.merged(usage, later)
        guard let counted = TokenUsage(anthropic: .object(sum)) else { return [] }
        usage = sum
        return [.usage(counted)]
    }

    /// Counts never fall: null or 0 is silence.
    private static func merged(_ usage: JSONObject, _ later: JSONObject) -> JSONObject {
        var result = usage
        for member in later.members where !member.value.isNull {
            if let inner = member.value.object {
                result[member.name] = .object(merged(usage[member.name]?.object ?? JSONObject(), inner))
            } else if usage[member.name] == nil || member.value.integer != 0 {
                result[member.name] = member.value
            }
        }
        return result
    }

    private mutating func startBlock(_ object: JSONObject) throws(CompletionError) -> [ChatEvent] {
        guard let block = object["content_block"]?.object, block["type"]?.text == "tool_use" else { return [] }
        guard let index = object["index"]?.integer, let id = block["id"]?.text, let name = block["name"]?.text,
            tools[index] == nil, tools.count < OpenAIStreamReader.toolsMax
        else { throw .malformed("a tool_use begins without an index, an id or a name") }
        tools[index] = tools.count
        return [.tool(index: tools.count - 1, id: id, name: name)]
    }

    private func delta(_ object: JSONObject) -> [ChatEvent] {
        let delta = object["delta"]?.object
        if let text = delta?["text"]?.text { return [.text(text)] }
        if let thought = delta?["thinking"]?.text { return [.thinking(thought)] }
        guard let piece = delta?["partial_json"]?.text, !piece.isEmpty,
            let tool = object["index"]?.integer.flatMap({ tools[$0] })
        else { return [] }
        return [.toolInput(index: tool, piece)]
    }

    private mutating func messageDelta(_ object: JSONObject) -> [ChatEvent] {
        let delta = object["delta"]?.object
        let stop = AnthropicAnswer.stop(delta?["stop_reason"]?.text, delta?["stop_sequence"]?.text)
        return (stop.map { [.stopped($0)] } ?? []) + count(object["usage"])
    }
}
