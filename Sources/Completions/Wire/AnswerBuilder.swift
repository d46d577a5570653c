/// Makes one answer of the events of a stream, and events of an answer.
struct AnswerBuilder {
    private(set) var answer = ChatAnswer(id: "", model: "", parts: [], stop: .finished, usage: nil)
    /// Where the tools stand among the parts.
    private var tools: [Int: Int] = [:]

    mutating func take(_ event: ChatEvent) {
        switch event {
        case .started(let id, let model): (answer.id, answer.model) = (id, model)
        case .text(let piece): append(piece)
        case .thinking(let piece): append(thought: piece)
        case .tool(let index, let id, let name):
            tools[index] = answer.parts.count
            answer.parts.append(.toolUse(ChatToolUse(id: id, name: name, input: "")))
        case .toolInput(let index, let piece):
            guard let place = tools[index], case .toolUse(var use) = answer.parts[place] else { return }
            use.input += piece
            answer.parts[place] = .toolUse(use)
        case .stopped(let stop): answer.stop = stop
        case .usage(let usage): answer.usage = usage
        case .failed: break
        }
    }

    private mutating func append(_ piece: String) {
        if case .text(let text)? = answer.parts.last {
            answer.parts[answer.parts.count - 1] = .text(text + piece)
        } else {
            answer.parts.append(.text(piece))
        }
    }

    private mutating func append(thought piece: String) {
        if case .thinking(let text)? = answer.parts.last {
            answer.parts[answer.parts.count - 1] = .thinking(text + piece)
        } else {
            answer.parts.append(.thinking(piece))
        }
    }

    static func events(_ answer: ChatAnswer) -> [ChatEvent] {
        var (events, tools) = ([ChatEvent.started(id: answer.id, model: answer.model)], 0)
        for part in answer.parts {
            switch part {
            case .text(let text): events.append(.text(text))
            case .thinking(let text): events.append(.thinking(text))
            case .toolUse(let use):
                events += [
                    .tool(index: tools, id: use.id, name: use.name), .toolInput(index: tools, use.input),
                ]
                tools += 1
            case .image, .toolResult: break
            }
        }
        return events + [.stopped(answer.stop)] + (answer.usage.map { [.usage($0)] } ?? [])
    }
}

extension WireFormat {
    /// A whole answer as a stream.
    ///
    /// - Parameters:
    ///   - wantsUsage: whether the stream ends with the count of tokens, where the format leaves that to the client.
    ///   - seconds: since 1970.
    package func stream(_ answer: ChatAnswer, wantsUsage: Bool, createdAt seconds: Int) -> [UInt8] {
        var writer = StreamWriter(self, wantsUsage: wantsUsage, createdAt: seconds)
        var bytes: [UInt8] = []
        for event in AnswerBuilder.events(answer) { writer.write(event, to: &bytes) }
        writer.end(to: &bytes)
        return bytes
    }
}
