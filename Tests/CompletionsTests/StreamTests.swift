import EventStreams
import NIOCore
import ProviderStub
import Testing

@testable import Completions

@Suite struct StreamTests {
    private func relayed(
        _ bytes: [UInt8], _ provider: WireFormat, _ client: WireFormat, _ options: StreamOptions = StreamOptions(),
        pieces: Int
    ) throws -> (bytes: [UInt8], state: StreamState) {
        var relay = StreamRelay(from: provider, to: client, options)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            let piece = ByteBuffer(bytes: bytes[start..<min(start + pieces, bytes.count)])
            result += try relay.take(piece).readableBytesView
        }
        return (result + Array(try relay.end().readableBytesView), relay.state)
    }

    private func answer(_ bytes: [UInt8], _ format: WireFormat) throws -> ChatAnswer {
        var (builder, reader) = (AnswerBuilder(), StreamReader(format))
        var events = ServerSentEvents(eventBytesMax: 1 << 20)
        for event in try events.take(bytes) where event.data != "[DONE]" {
            for piece in try reader.take(event.data) { builder.take(piece) }
        }
        return builder.answer
    }

    private static let openAI = StubAnswers.openAIChunks(["one ", "\\\"usage\\\" ", "é"], usage: true).flatMap { $0 }
    private static let anthropic = StubAnswers.anthropicChunks(["one ", "two ", "é"]).flatMap { $0 }

    @Test("Streams of one format go through byte for byte, however they are cut", arguments: [1, 2, 7, 100, 100_000])
    func passed(_ pieces: Int) throws {
        let openAI = try relayed(Self.openAI, .openai, .openai, pieces: pieces)
        #expect(openAI.bytes == Self.openAI)
        #expect(openAI.state.usage == TokenUsage(input: 20, output: 3))
        let anthropic = try relayed(Self.anthropic, .anthropic, .anthropic, pieces: pieces)
        #expect(anthropic.bytes == Self.anthropic)
        #expect(anthropic.state.usage == TokenUsage(input: 20, output: 3))
    }

    @Test("A count that only we asked for is taken out", arguments: [1, 50, 100_000])
    func hidden(_ pieces: Int) throws {
        let result = try relayed(Self.openAI, .openai, .openai, StreamOptions(hidesUsage: true), pieces: pieces)
        #expect(result.bytes == StubAnswers.openAIChunks(["one ", "\\\"usage\\\" ", "é"]).flatMap { $0 })
        #expect(result.state.usage?.output == 3)
    }

    @Test(
        "The mark at the end is known by its data, whatever stands before it",
        arguments: ["event: done\ndata: [DONE]\n\n", ": bye\ndata:[DONE]\n\n", "\n\n\ndata: [DONE]\r\n\r\n"])
    func marks(_ mark: String) throws {
        let bytes = Array(String(decoding: Self.openAI, as: UTF8.self).replacing("data: [DONE]\n\n", with: mark).utf8)
        for client in WireFormat.allCases {
            let result = try relayed(bytes, .openai, client, StreamOptions(gathers: true), pieces: 40)
            #expect(result.state.isDone)
            if client == .openai { #expect(result.bytes == bytes) }
        }
    }

    @Test("Tools that a server calls with the word stop are called all the same")
    func stopWithTools() throws {
        let whole = ChatAnswer(
            id: "x", model: "m", parts: [.toolUse(ChatToolUse(id: "a", name: "look", input: "{}"))], stop: .finished,
            usage: nil)
        let stream = WireFormat.openai.stream(whole, wantsUsage: false, createdAt: 0)
        let result = try relayed(stream, .openai, .anthropic, pieces: 50)
        #expect(try answer(result.bytes, .anthropic).stop == .toolUse)
        #expect(try WireFormat.openai.answer(WireFormat.openai.body(whole, createdAt: 0)).stop == .toolUse)
    }

    @Test("What a later count of a stream leaves out stays as it was")
    func counts() throws {
        var reader = AnthropicStreamReader()
        let start =
            #"{"type":"message_start","message":{"id":"a","model":"m","usage":{"input_tokens":10,"output_tokens":1,"#
            + #""cache_read_input_tokens":5,"cache_creation_input_tokens":100,"#
            + #""cache_creation":{"ephemeral_5m_input_tokens":20,"ephemeral_1h_input_tokens":80}}}}"#
        func usage(_ events: [ChatEvent]) -> TokenUsage? {
            guard case .usage(let usage)? = events.last else { return nil }
            return usage
        }
        let first = TokenUsage(input: 10, cachedInput: 5, cacheWrite: 20, longCacheWrite: 80, output: 1)
        #expect(usage(try reader.take(start.utf8)) == first)
        var later = first
        later.output = 7
        let delta =
            #"{"type":"message_delta","delta":{},"usage":{"output_tokens":7,"cache_creation_input_tokens":100}}"#
        #expect(usage(try reader.take(delta.utf8)) == later)
        later.cachedInput = 6
        let cached = #"{"type":"message_delta","delta":{},"usage":{"cache_read_input_tokens":6,"input_tokens":null}}"#
        #expect(usage(try reader.take(cached.utf8)) == later)
    }

    @Test("An answer of very many pieces is put together in no time", .timeLimit(.minutes(1)))
    func pieces() {
        var builder = AnswerBuilder()
        builder.take(.tool(index: 0, id: "a", name: "b"))
        for _ in 0..<200_000 { builder.take(.toolInput(index: 0, "twenty bytes of text")) }
        for _ in 0..<200_000 { builder.take(.text("twenty bytes of text")) }
        #expect(builder.answer.text.utf8.count == 4_000_000)
        #expect(builder.answer.parts.count == 2)
    }

    @Test("Lines may end with CRLF")
    func crlf() throws {
        let bytes = Array(String(decoding: Self.openAI, as: UTF8.self).replacing("\n", with: "\r\n").utf8)
        let result = try relayed(bytes, .openai, .openai, pieces: 9)
        #expect(result.bytes == bytes)
        #expect(result.state.usage?.output == 3)
    }

    @Test("A stream is translated with its text, its count and its end", arguments: [1, 33, 100_000])
    func translated(_ pieces: Int) throws {
        let toAnthropic = try relayed(Self.openAI, .openai, .anthropic, pieces: pieces)
        let first = try answer(toAnthropic.bytes, .anthropic)
        #expect(first.text == "one \"usage\" é")
        #expect(first.usage == TokenUsage(input: 20, output: 3))
        #expect(
            String(decoding: toAnthropic.bytes, as: UTF8.self).hasSuffix(
                "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"))
        let toOpenAI = try relayed(Self.anthropic, .anthropic, .openai, StreamOptions(wantsUsage: true), pieces: pieces)
        let second = try answer(toOpenAI.bytes, .openai)
        #expect(second.text == "one two é")
        #expect(second.usage == TokenUsage(input: 20, output: 3))
        #expect(String(decoding: toOpenAI.bytes, as: UTF8.self).hasSuffix("data: [DONE]\n\n"))
    }

    @Test("Tools in a stream come out alike in either format")
    func tools() throws {
        let whole = ChatAnswer(
            id: "x", model: "m",
            parts: [
                .text("Let me see."), .toolUse(ChatToolUse(id: "a", name: "look", input: #"{"x":1}"#)),
                .toolUse(ChatToolUse(id: "b", name: "find", input: "{}")),
            ], stop: .toolUse, usage: TokenUsage(input: 4, output: 2))
        for provider in WireFormat.allCases {
            let stream = provider.stream(whole, wantsUsage: true, createdAt: 0)
            for client in WireFormat.allCases {
                let options = StreamOptions(wantsUsage: true, gathers: true)
                let result = try relayed(stream, provider, client, options, pieces: 11)
                #expect(try answer(result.bytes, client) == whole)
                #expect(result.state.builder?.answer == whole)
            }
        }
    }

    @Test("A stream that ends too early is an error, whatever came before")
    func early() throws {
        for (bytes, format) in [(Self.openAI, WireFormat.openai), (Self.anthropic, .anthropic)] {
            for length in stride(from: 0, to: bytes.count / 2, by: 13) {
                #expect(throws: CompletionError.self) {
                    try relayed(Array(bytes[..<length]), format, format, pieces: 64)
                }
            }
        }
    }

    @Test("An error inside a stream ends it, and is not passed on as it is")
    func failing() throws {
        let text =
            "event: error\ndata: {\"type\": \"error\", \"error\": {\"type\": \"overloaded_error\", \"message\": \"busy\"}}\n\n"
        var relay = StreamRelay(from: .anthropic, to: .anthropic, StreamOptions())
        #expect(try relay.take(ByteBuffer(string: text)).readableBytes == 0)
        let error = #expect(throws: CompletionError.self) { _ = try relay.end() }
        #expect(error?.code == .providerFailed)
        #expect(error?.message.contains("busy") == true)
    }

    @Test("Events without an end are not gathered for ever")
    func bounded() {
        var events = ServerSentEvents(eventBytesMax: 100)
        #expect(throws: EventTooLong.self) { try events.take(Array(repeating: UInt8(ascii: "x"), count: 200)) }
        var lines = ServerSentEvents(eventBytesMax: 100)
        #expect(throws: EventTooLong.self) {
            try lines.take(Array(String(repeating: "data: xxxxxxxx\n", count: 50).utf8))
        }
    }

    @Test("Events are read by the standard's rules")
    func events() throws {
        var events = ServerSentEvents()
        let text = ": comment\nevent: a\ndata: 1\ndata:2\nid: 7\n\nevent: none\n\ndata\n\ndata: x\r\n\r\n"
        #expect(
            try events.take(text.utf8) == [.init(name: "a", data: "1\n2"), .init(data: ""), .init(data: "x")])
    }
}
