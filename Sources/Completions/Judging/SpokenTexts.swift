/// The texts in requests and answers of either format, wherever they stand in it.
///
/// All texts are taken but those that are known to say nothing, so that none is missed for standing where nobody
/// thought of.
struct SpokenTexts {
    /// A piece of a text.
    struct Piece: Equatable {
        /// Which text: all pieces of one have one place.
        var place: String
        var text: String
        /// Whether it is said to whoever asked.
        var isSpoken: Bool
    }

    private(set) var pieces: [Piece] = []

    /// Names, numbers, and what is no text: sounds, images and signatures.
    private static let silent: Set<String> = [
        "type", "role", "id", "index", "model", "object", "tool_call_id", "tool_use_id", "media_type", "format",
        "detail", "signature", "finish_reason", "stop_reason", "logprobs", "data", "file_data", "encrypted_content",
    ]
    private static let spoken: Set<String> = ["content", "text", "refusal"]

    /// All that goes to a model.
    ///
    /// - Throws: `CompletionError` for a body that is not JSON throughout.
    static func text(of request: InboundRequest) throws(CompletionError) -> String {
        var texts = SpokenTexts()
        do {
            for member in try request.document.whole().members { texts.take(member) }
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
        return pieces(answer[format == .openai ? "choices" : "content"], at: "answer")
    }

    /// Those in an event of a stream.
    ///
    /// - Throws: `CompletionError` for one that can't be read.
    static func pieces(ofEvent data: String, _ format: WireFormat) throws(CompletionError) -> [Piece] {
        let event = try AnswerReader.object(Array(data.utf8))
        guard format == .anthropic else { return pieces(event["choices"], at: "answer") }
        // A block begins with one event, and grows by others.
        let place = "answer[\(event["index"]?.integer ?? 0)]"
        return pieces(event["content_block"] ?? event["delta"], at: place)
    }

    private static func pieces(_ value: JSONValue?, at place: String) -> [Piece] {
        var texts = SpokenTexts()
        if let value { texts.take(value, at: place, isSpoken: false) }
        return texts.pieces
    }

    private mutating func take(_ value: JSONValue, at place: String, isSpoken: Bool) {
        switch value {
        case .text(let text):
            guard !text.isEmpty, !text.hasPrefix("data:") else { return }
            pieces.append(Piece(place: place, text: text, isSpoken: isSpoken))
        case .list(let elements):
            for (number, element) in elements.enumerated() {
                let index = element.object?["index"]?.integer ?? number
                take(element, at: "\(place)[\(index)]", isSpoken: isSpoken)
            }
        case .object(let object): for member in object.members { take(member, at: place) }
        case .null, .boolean, .number: return
        }
    }

    private mutating func take(_ member: JSONObject.Member, at place: String = "") {
        guard !Self.silent.contains(member.name) else { return }
        take(member.value, at: "\(place).\(member.name)", isSpoken: Self.spoken.contains(member.name))
    }
}
