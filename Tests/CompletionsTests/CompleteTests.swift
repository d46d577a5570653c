import ProviderStub
import Testing

@testable import Completions

@Suite struct CompleteTests {
    private func text(_ answer: CompletionAnswer) -> String { String(decoding: answer.body, as: UTF8.self) }

    @Test("A request of the provider's format goes through with only its model changed, and the answer as it is")
    func passed() async throws {
        let bench = try await Bench { _, _ in .json(StubAnswers.openAI("Hello", prompt: 100, completion: 5, cached: 60))
        }
        var call = try bench.call(Bodies.openAI)
        call.headers = [("OpenAI-Beta", "x"), ("Cookie", "no")]
        let answer = try await bench.engine.complete(call)
        #expect(text(answer) == StubAnswers.openAI("Hello", prompt: 100, completion: 5, cached: 60))
        let request = try #require(bench.stub.requests.first)
        #expect(request.text == Bodies.openAI.replacing(#""model":"m""#, with: #""model":"real""#))
        #expect(request.path == "/v1/chat/completions")
        #expect(request.header("authorization") == "Bearer sk-very-secret")
        #expect(request.header("openai-beta") == "x")
        #expect(request.header("cookie") == nil)
        #expect(answer.summary.usage == TokenUsage(input: 40, cachedInput: 60, output: 5))
        #expect(answer.summary.cost == nil)
        #expect((bench.ledger.settled, bench.ledger.refunded, bench.ledger.records.count) == (1, 0, 1))
        try await bench.stub.stop()
    }

    @Test("So does one of Anthropic's, with its own headers")
    func anthropic() async throws {
        let bench = try await Bench { _, _ in .json(StubAnswers.anthropic("Hello")) }
        var call = try bench.call(Bodies.anthropic, .anthropic, provider: .anthropic, model: "m")
        call.headers = [("anthropic-beta", "b")]
        let answer = try await bench.engine.complete(call)
        #expect(text(answer) == StubAnswers.anthropic("Hello"))
        let request = try #require(bench.stub.requests.first)
        #expect(request.text == Bodies.anthropic)
        #expect(request.path == "/v1/messages")
        #expect(request.header("x-api-key") == "sk-very-secret")
        #expect(request.header("anthropic-version") == "2023-06-01")
        #expect(request.header("anthropic-beta") == "b")
        #expect(request.header("authorization") == nil)
        try await bench.stub.stop()
    }

    @Test("A client of either format is answered by a provider of the other")
    func translated() async throws {
        let bench = try await Bench { request, _ in
            .json(request.path == "/v1/messages" ? StubAnswers.anthropicTools : StubAnswers.openAITools)
        }
        let first = try await bench.engine.complete(bench.call(Bodies.anthropic, .anthropic, provider: .openai))
        let toAnthropic = try WireFormat.anthropic.answer(first.body)
        let second = try await bench.engine.complete(
            bench.call(
                #"{"model":"m","messages":[{"role":"user","content":"x"}],"seed":1}"#, .openai, provider: .anthropic))
        let toOpenAI = try WireFormat.openai.answer(second.body)
        for answer in [toAnthropic, toOpenAI] {
            #expect(answer.stop == .toolUse)
            #expect(answer.usage == TokenUsage(input: 20, output: 8))
            guard case .toolUse(let use)? = answer.parts.first else { throw CompletionError.malformed("no tool") }
            #expect((use.id, use.name) == ("call_1", "get_weather"))
        }
        #expect(second.summary.dropped == ["seed"])
        try await bench.stub.stop()
    }

    @Test("A price that is known makes a cost")
    func cost() async throws {
        var bench = try await Bench { _, _ in .json(StubAnswers.openAI("x", prompt: 10, completion: 2)) }
        bench.engine.prices = {
            let price = TokenPrice(input: 3, output: 5)
            return PriceTable([
                ModelCard(provider: "stub", model: "real", prices: [DatedPrice(from: 0, standard: price)])
            ])
        }
        #expect(try await bench.engine.complete(bench.call(Bodies.openAI)).summary.cost == 40)
        #expect(bench.ledger.records.first?.cost == 40)
        try await bench.stub.stop()
    }

    @Test("429 with Retry-After, then 500, then an answer: three tries, one charge")
    func retried() async throws {
        let bench = try await Bench { _, number in
            switch number {
            case 0: .json("{}", status: 429, headers: [("retry-after", "0")])
            case 1: .json("{}", status: 500)
            default: .json(StubAnswers.openAI("x"))
            }
        }
        let answer = try await bench.engine.complete(bench.call(Bodies.openAI))
        #expect(answer.summary.attempts == 3)
        #expect((bench.stub.count, bench.ledger.reserved, bench.ledger.settled) == (3, 1, 1))
        try await bench.stub.stop()
    }

    @Test("What is exhausted is followed by the next route; what is wrong is not")
    func fallback() async throws {
        let bench = try await Bench { request, _ in
            if request.text.contains("bad") { return .json("{\"error\": {\"message\": \"no\"}}", status: 400) }
            return request.text.contains("\"first\"") ? .json("{}", status: 503) : .json(StubAnswers.openAI("x"))
        }
        var call = try bench.call(Bodies.openAI, model: "first")
        call.routes.append(.init(try bench.provider(name: "second"), model: "other"))
        let answer = try await bench.engine.complete(call)
        #expect((answer.summary.provider, answer.summary.model) == ("second", "other"))
        #expect(bench.stub.count == 4)
        call.routes[0].model = "bad"
        let error = await #expect(throws: CompletionError.self) { try await bench.engine.complete(call) }
        #expect((error?.code, error?.httpStatus) == (.refused, 400))
        #expect(
            error.map { String(decoding: $0.body(in: .openai), as: UTF8.self) } == "{\"error\": {\"message\": \"no\"}}")
        // The other format's clients get it in theirs.
        let other = error.flatMap { try? JSONValue($0.body(in: .anthropic)).object }
        #expect(other?["error"]?.object?["type"] == "invalid_request_error")
        #expect(bench.stub.count == 5)
        #expect((bench.ledger.settled, bench.ledger.refunded) == (1, 1))
        try await bench.stub.stop()
    }

    @Test("Failures are told apart, refunded and recorded, and never hold the key")
    func failures() async throws {
        let bench = try await Bench({ $0.answerBytesMax = 1000 }) { request, _ in
            switch request.text {
            case let text where text.contains("\"malformed\""): .json("{\"choices\": [")
            case let text where text.contains("\"empty\""): .json("{\"object\": \"x\"}")
            case let text where text.contains("\"huge\""): StubReply([.filler(1 << 20)])
            case let text where text.contains("\"key\""):
                .json("{\"error\": {\"message\": \"wrong key sk-very-secret\"}}", status: 401)
            case let text where text.contains("\"echo\""):
                .json("{\"error\": {\"message\": \"sk-very-secret\"}}", status: 400)
            case let text where text.contains("\"cut\""):
                StubReply([.bytes(Array("{\"choices\"".utf8)), .pause(20), .cut])
            case let text where text.contains("\"redirect\""):
                .json("{}", status: 302, headers: [("location", "http://127.0.0.1:1/")])
            default: StubReply([.hang])
            }
        }
        let expected: [(String, CompletionError.Code)] = [
            ("malformed", .malformedAnswer), ("empty", .malformedAnswer), ("huge", .answerTooLarge),
            ("key", .keyRefused),
            ("echo", .refused), ("cut", .unreachable), ("hang", .timedOut), ("redirect", .refused),
        ]
        for (model, code) in expected {
            let call = try bench.call(Bodies.openAI, model: model) { if model == "hang" { $0.timeouts.total = 1000 } }
            let error = await #expect(throws: CompletionError.self) { try await bench.engine.complete(call) }
            #expect(error?.code == code, "\(model)")
            let told =
                error.map { "\($0) \(String(reflecting: $0)) \(String(decoding: $0.body(in: .openai), as: UTF8.self))" }
                ?? ""
            #expect(!told.contains("very"))
        }
        #expect((bench.ledger.settled, bench.ledger.refunded) == (0, expected.count))
        #expect(bench.ledger.records.count == expected.count)
        // Begun, wrong or too slow: not tried again.
        #expect(bench.stub.count == expected.count)
        try await bench.stub.stop()
    }

    @Test("A provider that is too slow is not asked again, nor is another one: the answer may be billed already")
    func slow() async throws {
        let bench = try await Bench { _, _ in StubReply([.delay(60_000)]) }
        for body in [Bodies.openAI, Bodies.streamed] {
            var call = try bench.call(body) { ($0.timeouts.read, $0.timeouts.total) = (300, 60_000) }
            if body == Bodies.openAI { call.routes[0].provider.timeouts.total = 300 }
            call.routes.append(.init(try bench.provider(name: "second"), model: "other"))
            let error = await #expect(throws: CompletionError.self) {
                if body == Bodies.openAI {
                    _ = try await bench.engine.complete(call)
                } else {
                    _ = try await bench.engine.stream(call)
                }
            }
            #expect((error?.code, error?.isTransient) == (.timedOut, false))
        }
        #expect(bench.stub.count == 2)
        try await bench.stub.stop()
    }

    @Test("A whole answer may take as long as the call: nothing comes until the model has thought to its end")
    func thinking() async throws {
        let bench = try await Bench { _, _ in StubReply([.delay(500), .bytes(Array(StubAnswers.openAI("x").utf8))]) }
        let answer = try await bench.engine.complete(bench.call(Bodies.openAI) { $0.timeouts.read = 50 })
        #expect(answer.summary.attempts == 1)
        try await bench.stub.stop()
    }

    @Test("An error that breaks off in the middle is still that error, and tried again")
    func brokenRefusal() async throws {
        let bench = try await Bench { _, number in
            number == 0
                ? StubReply(status: 503, headers: [("retry-after", "0")], [.bytes([0x7B]), .pause(20), .cut])
                : .json(StubAnswers.openAI("x"))
        }
        #expect(try await bench.engine.complete(bench.call(Bodies.openAI)).summary.attempts == 2)
        try await bench.stub.stop()
    }

    @Test("A provider may have a policy of its own for trying again")
    func ownRetries() async throws {
        let bench = try await Bench { _, _ in .json("{}", status: 503) }
        let call = try bench.call(Bodies.openAI) { $0.retries = RetryPolicy(attempts: 1) }
        await #expect(throws: CompletionError.self) { try await bench.engine.complete(call) }
        #expect(bench.stub.count == 1)
        try await bench.stub.stop()
    }

    @Test("A provider that is not there, or has no key, is named")
    func unreachable() async throws {
        let bench = try await Bench { _, _ in .json("{}") }
        let call = try bench.call(Bodies.openAI) { $0.key = .environment("NOT_SET") }
        let keyless = await #expect(throws: CompletionError.self) { try await bench.engine.complete(call) }
        #expect(keyless?.code == .keyRefused)
        #expect(keyless?.message.contains("NOT_SET") == true)
        #expect(bench.stub.count == 0)
        try await bench.stub.stop()
        let gone = try bench.call(Bodies.openAI)
        let error = await #expect(throws: CompletionError.self) { try await bench.engine.complete(gone) }
        #expect((error?.code, error?.httpStatus) == (.unreachable, 502))
    }

    @Test("A caller that goes closes the connection to the provider, and gets its credit back")
    func cancelled() async throws {
        let bench = try await Bench { _, _ in StubReply([.hang]) }
        let call = try bench.call(Bodies.openAI)
        let engine = bench.engine
        let task = Task { try await engine.complete(call) }
        #expect(await eventually { bench.stub.count == 1 })
        task.cancel()
        let error = await #expect(throws: CompletionError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(await eventually { bench.stub.cancelled == 1 })
        #expect((bench.ledger.settled, bench.ledger.refunded) == (0, 1))
        #expect(bench.ledger.records.map(\.outcome) == [.cancelled])
        #expect(bench.engine.upstream.limit.running == 0)
        try await bench.stub.stop()
    }

    @Test("So many are under way at once; more wait; still more are told that it is busy")
    func busy() async throws {
        let mayEnd = Held(false)
        let bench = try await Bench({
            $0.bounds.running = 2; $0.bounds.waiting = 1
        }) { _, _ in
            StubReply([.until { mayEnd.value }, .bytes(Array(StubAnswers.openAI("x").utf8))])
        }
        let (engine, call) = (bench.engine, try bench.call(Bodies.openAI))
        let tasks = (0..<2).map { _ in Task { try await engine.complete(call) } }
        #expect(await eventually { engine.upstream.limit.running == 2 })
        let third = Task { try await engine.complete(call) }
        #expect(await eventually { engine.upstream.limit.waiting == 1 })
        let error = await #expect(throws: CompletionError.self) { try await engine.complete(call) }
        #expect((error?.code, error?.httpStatus) == (.busy, 503))
        mayEnd.value = true
        for task in tasks + [third] { _ = try await task.value }
        #expect((engine.upstream.limit.running, engine.upstream.limit.waiting) == (0, 0))
        try await bench.stub.stop()
    }

    @Test("200 at once against a balance of 50: 50 answers, 50 settled")
    func balance() async throws {
        let bench = try await Bench(ledger: Ledger(balance: 50)) { _, _ in .json(StubAnswers.openAI("x")) }
        let (engine, call) = (bench.engine, try bench.call(Bodies.openAI))
        let answered = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<200 { group.addTask { (try? await engine.complete(call)) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(answered == 50)
        #expect((bench.ledger.settled, bench.ledger.refunded, bench.stub.count) == (50, 0, 50))
        try await bench.stub.stop()
    }

    @Test("Models are listed, and a connection is tested")
    func models() async throws {
        let bench = try await Bench { StubModels.script($0, $1) }
        #expect(try await bench.engine.upstream.models(bench.provider()) == StubModels.names.map(\.name))
        #expect(try await bench.engine.upstream.check(bench.provider(.anthropic)).models.contains("stub"))
        #expect(bench.stub.requests.map(\.method) == ["GET", "GET"])
        try await bench.stub.stop()
    }
}
