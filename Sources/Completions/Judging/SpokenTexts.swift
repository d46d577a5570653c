/// The texts in requests and answers of either format, wherever they stand in it.
///
/// All texts are taken but those that are known to say nothing, so that none is missed for standing where nobody
/// thought of. What somebody fills freely, as a tool's input, is taken as the JSON that it is.
struct SpokenTexts {
    /// A piece of a text.
    struct Piece: Equatable {
        /// Which text: all pieces of one have one place.
        var place: String
        var text: String
        /// Which choice says it to whoever asked; nil for a tool's input or a thought.
        var speaker: Int?
    }

    /// What an event of a stream says.
    struct Event: Equatable {
        var pieces: [Piece] = []
        /// Texts whose places begin so don't go on.
        var ended: [String] = []
    }

    private(set) var pieces: [Piece] = []

    /// Names, numbers, and what is no text.
    private static let silent: Set<String> = [
        "type", "role", "id", "index", "model", "object", "tool_call_id", "tool_use_id", "media_type", "detail",
        "signature", "finish_reason", "stop_reason", "logprobs", "encrypted_content",
    ]
    /// What anything may stand in.
    private static let free: Set<String> = ["input", "input_schema", "parameters", "schema", "metadata"]
    private static let spoken: Set<String> = ["content", "text", "refusal"]

    /// All that goes to a model.
    ///
    /// - Throws: `CompletionError` for a body that is not JSON throughout.
    static func text(of request: InboundRequest) throws(CompletionError) -> String {
        var texts = SpokenTexts()
        do {
            let body = try request.document.whole()
            for member in body.members { texts.take(member, of: body, at: "", by: nil) }
        } catch {
            throw CompletionError(.invalidRequest, "the body is \(error)")
        }
        return texts.pieces.map(\.text).joined(separator: "\n")
    }

    /// Those of a whole answer.
    ///
    /// - Throws: `CompletionError` for one that can't be read.
    static func pieces(ofAnswer body: [UInt8], _ format: WireFormat) throws(CompletionError) -> [Piece] {
        let answer = try AnswerReader.object(body)
        guard format == .anthropic else {
            return choices(answer).flatMap { pieces($0.value, at: $0.place, by: $0.index) }
        }
        return pieces(answer["content"], at: "answer", by: 0)
    }

    /// Those in an event of a stream.
    ///
    /// - Throws: `CompletionError` for one that can't be read.
    static func event(_ data: String, _ format: WireFormat) throws(CompletionError) -> Event {
        let object = try AnswerReader.object(Array(data.utf8))
        guard format == .anthropic else { return choices(object).reduce(into: Event()) { $0.add($1) } }
        // A block begins with one event, and grows by others.
        let place = "answer[\(object["index"]?.integer ?? 0)]"
        if object["type"]?.text == "content_block_stop" { return Event(ended: [place]) }
        return Event(pieces: pieces(object["content_block"] ?? object["delta"], at: place, by: 0))
    }

    fileprivate struct Choice {
        var index: Int
        var value: JSONValue
        var place: String { "answer[\(index)]" }
    }

    private static func choices(_ object: JSONObject) -> [Choice] {
        (object["choices"]?.list ?? []).enumerated().map { number, value in
            Choice(index: value.object?["index"]?.integer ?? number, value: value)
        }
    }

    fileprivate static func pieces(_ value: JSONValue?, at place: String, by speaker: Int) -> [Piece] {
        var texts = SpokenTexts()
        for member in value?.object?.members ?? [] { texts.take(member, of: value?.object, at: place, by: speaker) }
        if let list = value?.list { texts.take(.list(list), at: place, by: speaker, isSpoken: false) }
        return texts.pieces
    }

    private mutating func take(_ value: JSONValue, at place: String, by speaker: Int?, isSpoken: Bool) {
        switch value {
        case .text(let text): add(text, at: place, isSpoken ? speaker : nil)
        case .list(let elements):
            for (number, element) in elements.enumerated() {
                let index = element.object?["index"]?.integer ?? number
                take(element, at: "\(place)[\(index)]", by: speaker, isSpoken: isSpoken)
            }
        case .object(let object): for member in object.members { take(member, of: object, at: place, by: speaker) }
        case .null, .boolean, .number: return
        }
    }

    private mutating func take(_ member: JSONObject.Member, of object: JSONObject?, at place: String, by speaker: Int?)
    {
        let place = "\(place).\(member.name)"
        if Self.silent.contains(member.name) || Self.isBinary(member, of: object) { return }
        // A tool that asks for nothing has an empty input, which is written in pieces of another name.
        if Self.free.contains(member.name), member.value.text == nil {
            guard member.value.object?.members.isEmpty != true else { return }
            return add(String(decoding: member.value.bytes, as: UTF8.self), at: place, nil)
        }
        take(member.value, at: place, by: speaker, isSpoken: Self.spoken.contains(member.name))
    }

    /// Sounds, images and files, where they say that they are.
    private static func isBinary(_ member: JSONObject.Member, of object: JSONObject?) -> Bool {
        guard let text = member.value.text else { return false }
        switch member.name {
        case "url", "file_data": return text.hasPrefix("data:") && text.prefix(200).contains(";base64,")
        case "data": return object?["type"]?.text == "base64" || object?["format"]?.text.map(isSound) ?? false
        default: return false
        }
    }

    private static func isSound(_ format: String) -> Bool { ["wav", "mp3"].contains(format) }

    private mutating func add(_ text: String, at place: String, _ speaker: Int?) {
        if !text.isEmpty { pieces.append(Piece(place: place, text: text, speaker: speaker)) }
    }
}

extension SpokenTexts.Event {
    /// A choice ends with its reason to, and what it thought where it begins to speak.
    fileprivate mutating func add(_ choice: SpokenTexts.Choice) {
        let said = SpokenTexts.pieces(choice.value, at: choice.place, by: choice.index)
        if said.contains(where: { $0.speaker != nil }) { ended.append("\(choice.place).delta.reasoning") }
        if choice.value.object?["finish_reason"]?.text != nil { ended.append(choice.place) }
        pieces += said
    }
}
