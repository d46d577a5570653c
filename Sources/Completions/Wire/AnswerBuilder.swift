/// Makes one answer of the events of a stream, and events of an answer.
struct AnswerBuilder {
    private enum Kind: Equatable {
        case text, thinking
        case tool(id: String, name: String)
    }

    /// Its text grows in place: to copy it for each piece would take the square of its length.
    private struct Part {
        var kind: Kind
        var text = ""

        var whole: ChatPart {
            switch kind {
            case .text: .text(text)
            case .thinking: .thinking(text)
            case .tool(let id, let name): .toolUse(ChatToolUse(id: id, name: name, input: text))
            }
        }
    }

    private var frame = ChatAnswer(id: "", model: "", parts: [], stop: .finished, usage: nil)
    private var parts: [Part] = []
    /// Where the tools stand among the parts.
    private var tools: [Int: Int] = [:]

    /// What has come of it.
    var answer: ChatAnswer {
        var answer = frame
        answer.parts = parts.map(\.whole)
        return answer
    }

    mutating func take(_ event: ChatEvent) {
        switch event {
        case .started(let id, let model): (frame.id, frame.model) = (id, model)
        case .text(let piece): append(piece, .text)
        case .thinking(let piece): append(piece, .thinking)
        case .tool(let index, let id, let name):
            tools[index] = parts.count
            parts.append(Part(kind: .tool(id: id, name: name)))
        case .toolInput(let index, let piece):
            if let place = tools[index] { parts[place].text += piece }
        case .stopped(let stop): frame.stop = stop
        case .usage(let usage): frame.usage = usage
        case .failed: break
        }
    }

    private mutating func append(_ piece: String, _ kind: Kind) {
        if parts.last?.kind != kind { parts.append(Part(kind: kind)) }
        parts[parts.count - 1].text += piece
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
