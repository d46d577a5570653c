internal import Synchronization

/// The script of a stub that runs on its own: the name of the model says what happens.
package enum StubModels {
    private static let limited = Mutex(0)

    package static let words = [
        "The ", "quick ", "brown ", "fox ", "jumps ", "over ", "the ", "lazy ", "dog. ",
    ]
    private static let text = String(repeating: words.joined(), count: 8)

    package static let names: [(name: String, what: String)] = [
        ("stub", "answers at once"), ("slow", "streams a word each 50 ms"), ("tools", "calls the tool get_weather"),
        ("rate-limited", "429 with Retry-After: 1 two times of three, then as stub"), ("failing", "500 always"),
        ("refusing", "400 always"), ("unauthorised", "401 always"), ("cut", "ends in the middle"),
        ("hang", "never goes on"), ("malformed", "what is no JSON"), ("huge", "a stream of 64 MiB, in words of 64 KiB"),
    ]

    package static let script: StubScript = { request, _ in reply(request) }

    private static func isLimited() -> Bool {
        limited.withLock { count in
            count += 1
            return count % 3 != 0
        }
    }

    private static func reply(_ request: StubRequest) -> StubReply {
        if request.path.hasPrefix("/v1/models") { return .json(models) }
        let isAnthropic = request.path.hasSuffix("/messages")
        let streams = request.text.contains("\"stream\":true") || request.text.contains("\"stream\": true")
        return reply(model(request.text), isAnthropic: isAnthropic, streams: streams)
            ?? answer(request.text, isAnthropic: isAnthropic, streams: streams)
    }

    private static var models: String {
        let list = names.map { "{\"id\": \"\($0.name)\", \"object\": \"model\", \"type\": \"model\"}" }
        return "{\"object\": \"list\", \"data\": [\(list.joined(separator: ", "))]}"
    }

    private static func model(_ body: String) -> String {
        guard let range = body.firstRange(of: /"model"\s*:\s*"[^"]*"/) else { return "" }
        return String(body[range].split(separator: "\"").last ?? "")
    }

    private static func error(_ status: Int, _ message: String, _ headers: [(name: String, value: String)] = [])
        -> StubReply
    {
        .json(
            "{\"type\": \"error\", \"error\": {\"type\": \"stub_error\", \"message\": \"\(message)\"}}", status: status,
            headers: headers)
    }

    private static func reply(_ model: String, isAnthropic: Bool, streams: Bool) -> StubReply? {
        let chunks = isAnthropic ? StubAnswers.anthropicChunks(words) : StubAnswers.openAIChunks(words)
        switch model {
        case "slow" where streams: return .stream(chunks.flatMap { [.bytes($0), .pause(50)] })
        case "slow":
            return StubReply(
                headers: [("content-type", "application/json")], [.pause(500), .bytes(whole(isAnthropic))])
        case "tools": return .json(isAnthropic ? StubAnswers.anthropicTools : StubAnswers.openAITools)
        case "rate-limited" where isLimited(): return error(429, "slow down", [("retry-after", "1")])
        case "failing": return error(500, "it failed")
        case "refusing": return error(400, "it is wrong")
        case "unauthorised": return error(401, "wrong key")
        case "cut":
            return StubReply(
                headers: [("content-type", "text/event-stream")],
                chunks.prefix(5).map { .bytes($0) } + [.pause(20), .cut])
        case "hang": return .stream(chunks.prefix(3).map { .bytes($0) } + [.hang])
        case "malformed": return .json("{\"choices\": [")
        case "huge": return .stream(isAnthropic ? hugeStreams.anthropic : hugeStreams.openAI)
        default: return nil
        }
    }

    private static func whole(_ isAnthropic: Bool) -> [UInt8] {
        Array((isAnthropic ? StubAnswers.anthropic(text) : StubAnswers.openAI(text)).utf8)
    }

    private static let answers = (openAI: whole(false), anthropic: whole(true))
    private static let streams = (
        openAI: StubAnswers.openAIChunks(words + words + words + words.prefix(4)).flatMap { $0 },
        counted: StubAnswers.openAIChunks(words + words + words + words.prefix(4), usage: true).flatMap { $0 },
        anthropic: StubAnswers.anthropicChunks(words + words + words + words.prefix(4)).flatMap { $0 }
    )

    /// The first and the last words are of the usual length.
    private static func huge(_ chunks: [[UInt8]], _ place: Int) -> [StubReply.Piece] {
        let words = Array(repeating: StubReply.Piece.bytes(chunks[place]), count: 1024)
        return chunks[..<place].map { .bytes($0) } + words + chunks[(place + 1)...].map { .bytes($0) }
    }

    private static let long = words + [String(repeating: "word ", count: 13_107)] + words
    private static let hugeStreams = (
        openAI: huge(StubAnswers.openAIChunks(long), 1 + words.count),
        anthropic: huge(StubAnswers.anthropicChunks(long), 3 + words.count)
    )

    private static func answer(_ body: String, isAnthropic: Bool, streams: Bool) -> StubReply {
        guard streams else {
            return StubReply(
                headers: [("content-type", "application/json")],
                [.bytes(isAnthropic ? answers.anthropic : answers.openAI)])
        }
        let counted = body.contains("include_usage") ? Self.streams.counted : Self.streams.openAI
        return .stream([.bytes(isAnthropic ? Self.streams.anthropic : counted)])
    }
}

extension StubAnswers {
    package static let openAITools = """
        {"id": "chatcmpl-stub", "object": "chat.completion", "created": 1763600000, "model": "stub", \
        "choices": [{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": [{"id": "call_1", \
        "type": "function", "function": {"name": "get_weather", "arguments": "{\\"city\\": \\"Oslo\\"}"}}]}, \
        "finish_reason": "tool_calls"}], \
        "usage": {"prompt_tokens": 20, "completion_tokens": 8, "total_tokens": 28}}
        """
    package static let anthropicTools = """
        {"id": "msg_stub", "type": "message", "role": "assistant", "model": "stub", \
        "content": [{"type": "tool_use", "id": "call_1", "name": "get_weather", "input": {"city": "Oslo"}}], \
        "stop_reason": "tool_use", "stop_sequence": null, "usage": {"input_tokens": 20, "output_tokens": 8}}
        """
}
