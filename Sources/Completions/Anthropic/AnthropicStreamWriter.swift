/// Writes the events of a streamed `POST /v1/messages`.
struct AnthropicStreamWriter {
    private enum Block: Equatable {
        case text
        case tool(Int)
    }

    /// The blocks that have begun; the last one is open.
    private var blocks: [Block] = []
    private var isOpen = false
    private var stop = ChatStop.finished
    private var usage = TokenUsage()

    mutating func write(_ event: ChatEvent, to bytes: inout [UInt8]) {
        switch event {
        case .started(let id, let model): start(id, model, to: &bytes)
        case .text(let text):
            open(.text, ["type": "text", "text": ""], to: &bytes)
            delta(blocks.count - 1, ["type": "text_delta", "text": .text(text)], to: &bytes)
        case .tool(let index, let id, let name):
            let block: JSONValue = ["type": "tool_use", "id": .text(id), "name": .text(name), "input": [:]]
            open(.tool(index), block, to: &bytes)
        case .toolInput(let index, let piece):
            // Those who call several tools at once may go back to one whose block is closed; clients add it all the
            // same, as they go by the number.
            guard let number = blocks.lastIndex(of: .tool(index)) else { return }
            delta(number, ["type": "input_json_delta", "partial_json": .text(piece)], to: &bytes)
        case .stopped(let stop): self.stop = stop
        case .usage(let usage): self.usage = usage
        case .failed(let error): bytes += error.event(in: .anthropic)
        case .thinking: break
        }
    }

    private func start(_ id: String, _ model: String, to bytes: inout [UInt8]) {
        let message: JSONValue = [
            "id": .text(id), "type": "message", "role": "assistant", "model": .text(model), "content": [],
            "stop_reason": .null, "stop_sequence": .null, "usage": usage.anthropic,
        ]
        event("message_start", [("message", message)], to: &bytes)
    }

    private mutating func open(_ block: Block, _ value: JSONValue, to bytes: inout [UInt8]) {
        guard !isOpen || blocks.last != block else { return }
        close(to: &bytes)
        blocks.append(block)
        isOpen = true
        event(
            "content_block_start", [("index", .integer(blocks.count - 1)), ("content_block", value)], to: &bytes)
    }

    private mutating func close(to bytes: inout [UInt8]) {
        guard isOpen else { return }
        event("content_block_stop", [("index", .integer(blocks.count - 1))], to: &bytes)
        isOpen = false
    }

    private func delta(_ number: Int, _ delta: JSONValue, to bytes: inout [UInt8]) {
        event("content_block_delta", [("index", .integer(number)), ("delta", delta)], to: &bytes)
    }

    func end(to bytes: inout [UInt8]) {
        var copy = self
        copy.close(to: &bytes)
        let (reason, text) = AnthropicAnswer.reason(stop)
        let delta: JSONValue = ["stop_reason": reason, "stop_sequence": text]
        event("message_delta", [("delta", delta), ("usage", usage.anthropic)], to: &bytes)
        event("message_stop", [], to: &bytes)
    }

    private func event(_ name: String, _ fields: [(String, JSONValue)], to bytes: inout [UInt8]) {
        let members = [("type", JSONValue.text(name))] + fields
        bytes += "event: \(name)\ndata: ".utf8
        JSONValue.object(JSONObject(members.map { .init(name: $0.0, value: $0.1) })).write(to: &bytes)
        bytes += "\n\n".utf8
    }
}
