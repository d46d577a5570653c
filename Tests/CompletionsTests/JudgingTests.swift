import NIOCore
import ProviderStub
import Synchronization
import Testing

@testable import Completions

/// Lets nothing pass that ends with the beginning of a word, and nothing at all from the word on.
private final class WordJudge: CallJudge {
    private struct State {
        var texts: [String: String] = [:]
        var ends = 0
    }

    private let word: String
    private let state = Mutex(State())

    init(_ word: String) { self.word = word }

    var warnings: [String] { ["mind the word"] }
    var texts: [String: String] { state.withLock { $0.texts } }
    var ends: Int { state.withLock { $0.ends } }

    func admit(_ text: String, cost: Int?) throws(CompletionError) {
        if text.contains(word) { throw CompletionError(.policyViolation, "not \(word)") }
    }

    func hear(_ piece: String, at place: String, by speaker: Int?) throws(CompletionError) -> Int {
        let text = state.withLock { state in
            state.texts[place, default: ""] += piece
            return state.texts[place] ?? ""
        }
        if text.contains(word) { throw CompletionError(.policyViolation, "not \(word)") }
        let held = (1..<word.count).last { text.hasSuffix(word.prefix($0)) } ?? 0
        return text.utf8.count - held
    }

    func close(_ place: String) throws(CompletionError) {}

    func finish(_ summary: CompletionSummary) throws(CompletionError) { state.withLock { $0.ends += 1 } }
}

private struct WordScreen: CompletionScreen {
    let judge: WordJudge

    func judge(_ call: CompletionCall) -> (any CallJudge)? { judge }
}

@Suite("What goes to a model and comes from it is judged")
struct JudgingTests {
    private func bench(_ judge: WordJudge, _ script: @escaping StubScript) async throws -> Bench {
        var bench = try await Bench({ _ in }, script)
        bench.engine.screen = WordScreen(judge: judge)
        return bench
    }

    private static func streams(_ words: [String]) -> StubScript {
        { request, _ in
            let chunks =
                request.path == "/v1/messages"
                ? StubAnswers.anthropicChunks(words) : StubAnswers.openAIChunks(words, usage: true)
            return .stream(chunks.map { .bytes($0) })
        }
    }

    @Test("A request that must not be made asks nobody, and is recorded once", arguments: [false, true])
    func refused(isStreaming: Bool) async throws {
        let bench = try await bench(WordJudge("hi")) { _, _ in .json(StubAnswers.openAI("yes")) }
        let call = try bench.call(isStreaming ? Bodies.streamed : Bodies.openAI)
        let error = await #expect(throws: CompletionError.self) {
            if isStreaming {
                _ = try await bench.engine.stream(call)
            } else {
                _ = try await bench.engine.complete(call)
            }
        }
        #expect(error?.code == .policyViolation && error?.httpStatus == 400)
        #expect((bench.stub.count, bench.ledger.reserved) == (0, 0))
        #expect(bench.ledger.records.map(\.outcome) == [.failed(.policyViolation)])
        try await bench.stub.stop()
    }

    @Test("All texts of a request are judged, wherever they stand")
    func everywhere() throws {
        let body = """
            {"model":"m","user":"A","messages":[{"role":"user","content":[{"type":"text","text":"B"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]},
            {"role":"tool","tool_call_id":"t","content":"C"},{"role":"assistant","tool_calls":[{"id":"t",
            "type":"function","function":{"name":"f","arguments":"D"}}]}],"new":{"field":["E"]}}
            """
        let text = try SpokenTexts.text(of: InboundRequest(.openai, Array(body.utf8)))
        #expect(Set(text.split(separator: "\n")) == ["A", "B", "C", "f", "D", "E"])
    }

    @Test("What may hide a text hides none: beginnings, names, numbers, documents; and the same in streams")
    func hidden() throws {
        let body = """
            {"model":"m","messages":[{"role":"user","content":"data: A"},{"role":"user","content":[
            {"type":"document","source":{"type":"text","media_type":"text/plain","data":"B"}},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"IMAGE"}}]},
            {"role":"assistant","content":[{"type":"tool_use","id":"t","name":"f","input":{"data":"C","card":4111}}]}]}
            """
        let text = try SpokenTexts.text(of: InboundRequest(.anthropic, Array(body.utf8)))
        #expect(["data: A", "B", "\"C\"", "4111"].allSatisfy(text.contains) && !text.contains("IMAGE"), "\(text)")
        let delta = #"{"type":"content_block_delta","index":2,"delta":{"type":"text_delta","text":"data: D"}}"#
        #expect(
            try SpokenTexts.event(delta, .anthropic).pieces == [
                .init(place: "answer[2].text", text: "data: D", speaker: 0)
            ])
        let stop = #"{"type":"content_block_stop","index":2}"#
        #expect(try SpokenTexts.event(stop, .anthropic).ended == ["answer[2]"])
    }

    @Test("What a text may end with waits for nothing else: a thought is let go where the answer begins")
    func closing() async throws {
        let chunks = [
            #"{"choices":[{"index":0,"delta":{"reasoning_content":"I keep the sec"}}]}"#,
            #"{"choices":[{"index":0,"delta":{"content":"Hello"}}]}"#,
        ]
        let bench = try await bench(WordJudge("secret")) { _, _ in
            .stream(
                chunks.map { .bytes(Array("data: \($0)\n\n".utf8)) } + Array(repeating: .pause(100), count: 50)
                    + [.bytes(Array("data: [DONE] \n\n".utf8))])
        }
        let stream = try await bench.engine.stream(bench.call(Bodies.streamed))
        var text = ""
        for try await chunk in stream {
            text += String(decoding: chunk.readableBytesView, as: UTF8.self)
            if text.contains("Hello") { break }
        }
        #expect(text.contains("the sec") && text.contains("Hello"))
        try await bench.stub.stop()
    }

    @Test("A whole answer is judged, and said nothing of where it must not be shown; it is paid for")
    func whole() async throws {
        let bench = try await bench(WordJudge("secret")) { _, _ in .json(StubAnswers.openAI("a secret")) }
        let error = await #expect(throws: CompletionError.self) {
            try await bench.engine.complete(bench.call(Bodies.openAI))
        }
        #expect(error?.code == .policyViolation && bench.ledger.settled == 1)
        try await bench.stub.stop()
    }

    @Test("A stream that says nothing wrong goes through byte for byte", arguments: WireFormat.allCases)
    func passed(format: WireFormat) async throws {
        let words = ["a se", "c", "o", "nd sec", "ret_less"].map { $0.replacing("ret_less", with: "tor") }
        let judge = WordJudge("secret")
        let bench = try await bench(judge, Self.streams(words))
        let body = format == .openai ? Bodies.streamed : Bodies.anthropicStreamed
        let stream = try await bench.engine.stream(bench.call(body, format, provider: format))
        let chunks = format == .openai ? StubAnswers.openAIChunks(words) : StubAnswers.anthropicChunks(words)
        #expect(stream.beginning.warnings == ["mind the word"])
        #expect(try await read(stream) == String(decoding: chunks.flatMap { $0 }, as: UTF8.self))
        #expect(judge.ends == 1 && Array(judge.texts.values) == [words.joined()])
        #expect(bench.ledger.records.map(\.outcome) == [.succeeded])
        try await bench.stub.stop()
    }

    @Test(
        "What begins in one chunk and ends in another is not shown, neither part; what came before is",
        arguments: WireFormat.allCases, WireFormat.allCases)
    func split(client: WireFormat, provider: WireFormat) async throws {
        let bench = try await bench(WordJudge("secret"), Self.streams(["fine, ", "the se", "cr", "et is", " out"]))
        let body = client == .openai ? Bodies.streamed : Bodies.anthropicStreamed
        let stream = try await bench.engine.stream(bench.call(body, client, provider: provider))
        var text = ""
        let error = await #expect(throws: CompletionError.self) {
            for try await chunk in stream { text += String(decoding: chunk.readableBytesView, as: UTF8.self) }
        }
        #expect(error?.code == .policyViolation)
        #expect(text.contains("fine, ") && !text.contains("the se") && !text.contains("et is"), "\(text)")
        #expect(await eventually { bench.ledger.records.count == 1 })
        try await bench.stub.stop()
    }

    @Test("Each choice and each tool call is a text of its own")
    func places() async throws {
        let judge = WordJudge("secret")
        let chunks = [
            #"{"choices":[{"index":0,"delta":{"content":"sec"}},{"index":1,"delta":{"content":"ret"}}]}"#,
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t","function":{"name":"f","arguments":"{\"a\":"}}]}}]}"#,
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"sec"}}]}}]}"#,
            #"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ret\"}"}}]}}]}"#,
        ]
        let bench = try await bench(judge) { _, _ in
            .stream(chunks.map { .bytes(Array("data: \($0)\n\n".utf8)) } + [.bytes(Array("data: [DONE]\n\n".utf8))])
        }
        let stream = try await bench.engine.stream(bench.call(Bodies.streamed))
        var text = ""
        let error = await #expect(throws: CompletionError.self) {
            for try await chunk in stream { text += String(decoding: chunk.readableBytesView, as: UTF8.self) }
        }
        #expect(error?.code == .policyViolation && !text.contains("ret\\\"}"))
        #expect(judge.texts["answer[0].delta.content"] == "sec" && judge.texts["answer[1].delta.content"] == "ret")
        try await bench.stub.stop()
    }

    @Test("An answer of the cache is judged as one that comes, and a provider is left when its answer must not go on")
    func cachedAndLeft() async throws {
        var bench = try await Bench { _, _ in
            .stream(
                (StubAnswers.openAIChunks(["a secret"]).dropLast(2)).map { .bytes($0) }
                    + Array(repeating: .pause(100), count: 100))
        }
        bench.engine.screen = WordScreen(judge: WordJudge("secret"))
        let stream = try await bench.engine.stream(bench.call(Bodies.streamed))
        await #expect(throws: CompletionError.self) { try await read(stream) }
        #expect(await eventually { bench.stub.cancelled == 1 })
        try await bench.stub.stop()

        var still = try await Bench { _, _ in .json(StubAnswers.openAI("a secret")) }
        _ = try await still.engine.complete(still.call(Bodies.still))
        still.engine.screen = WordScreen(judge: WordJudge("secret"))
        for body in [Bodies.still, Bodies.stillStreamed] {
            let call = try still.call(body)
            let error = await #expect(throws: CompletionError.self) {
                if body == Bodies.still {
                    _ = try await still.engine.complete(call)
                } else {
                    _ = try await read(still.engine.stream(call))
                }
            }
            #expect(error?.code == .policyViolation)
        }
        #expect(still.stub.count == 1)
        try await still.stub.stop()
    }
}
