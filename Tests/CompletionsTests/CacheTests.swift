import NIOCore
import ProviderStub
import Synchronization
import Testing

@testable import Completions

@Suite struct CacheTests {
    private func key(_ body: String, workspace: String = "w", model: String = "m", _ format: WireFormat = .openai)
        throws
        -> CacheKey
    {
        try CacheKey(workspace: workspace, provider: "p", model: model, InboundRequest(format, Array(body.utf8)))
    }

    @Test("Equal questions have one key, however they are written or travel; others have another")
    func keys() throws {
        let one = try key(#"{"model":"a","messages":[{"role":"user","content":"x"}],"temperature":0}"#)
        let same = try key(
            #"{ "temperature": 0.0, "stream": true, "messages":[{"content":"\u0078","role":"user"}], "model":"b"}"#)
        #expect(one == same)
        let others = [
            try key(#"{"model":"a","messages":[{"role":"user","content":"y"}],"temperature":0}"#),
            try key(
                #"{"model":"a","messages":[{"role":"user","content":"x"}],"temperature":0,"seed":9007199254740992}"#),
            try key(
                #"{"model":"a","messages":[{"role":"user","content":"x"}],"temperature":0,"seed":9007199254740993}"#),
            try key(#"{"model":"a","messages":[{"role":"user","content":"x"}],"temperature":0}"#, workspace: "v"),
            try key(#"{"model":"a","messages":[{"role":"user","content":"x"}],"temperature":0}"#, model: "n"),
            try key(#"{"model":"a","messages":[{"role":"user","content":"x"}],"temperature":0}"#, .anthropic),
        ]
        #expect(Set(others + [one]).count == others.count + 1)
    }

    @Test("What goes to the provider besides the body is part of the question")
    func headers() throws {
        let request = try InboundRequest(.anthropic, Array(Bodies.anthropic.utf8))
        let provider = try Provider(name: "p", format: .anthropic, base: "http://x/v1", key: .none)
        var call = CompletionCall(id: "1", workspace: "w", request, routes: [.init(provider, model: "m")])
        call.cacheUse = .always
        let plain = try call.cacheKey()
        call.headers = [("cookie", "a"), ("OpenAI-Beta", "x")]
        #expect(try call.cacheKey() == plain)
        call.headers.append(("Anthropic-Beta", "b"))
        let beta = try call.cacheKey()
        call.headers = [("anthropic-beta", "b")]
        #expect(try call.cacheKey() == beta)
        call.headers = [("anthropic-beta", "c")]
        #expect(try Set([plain, beta, call.cacheKey()]).count == 3)
        call.routes[0].provider.format = .openai
        #expect(try call.cacheKey() == plain)
    }

    private static let whole: [(WireFormat, String)] = [
        (.openai, #""n":2"#), (.openai, #""logprobs":true"#), (.openai, #""modalities":["text","audio"]"#),
        (.openai, #""tools":[{"type":"web_search"}]"#), (.anthropic, #""thinking":{"type":"enabled"}"#),
        (.anthropic, #""tools":[{"type":"web_search_20250305","name":"web_search"}]"#),
        (.anthropic, #""system":[{"type":"document","citations":{"enabled":true}}]"#),
    ]
    private static let either: [(WireFormat, String)] = [
        (.openai, #""n":1"#), (.openai, #""logprobs":false"#), (.openai, #""modalities":["text"]"#),
        (.openai, #""tools":[{"type":"function","function":{"name":"a"}}]"#),
        (.anthropic, #""thinking":{"type":"disabled"}"#), (.anthropic, #""tools":[{"name":"a"}]"#),
    ]

    @Test("A stream and a whole answer don't stand for each other where one would lack a part")
    func forms() throws {
        for (cases, areOne) in [(Self.whole, false), (Self.either, true)] {
            for (format, field) in cases {
                let keys = try ["true", "false"].map {
                    try key(#"{"model":"a","messages":[],\#(field),"stream":\#($0)}"#, format)
                }
                #expect((keys[0] == keys[1]) == areOne, "\(field)")
            }
        }
    }

    @Test("A stream whose parts would be lost is not kept, and thoughts are not replayed without themselves")
    func unkept() async throws {
        let thought = #"data: {"choices":[{"index":0,"delta":{"reasoning_content":"hm"}}]}"# + "\n\n"
        let bench = try await Bench { request, _ in
            guard request.text.contains("\"stream\":true") else {
                return .json(
                    StubAnswers.openAI("x").replacing("\"role\"", with: "\"reasoning_content\":\"hm\",\"role\""))
            }
            return .stream([.bytes(Array(thought.utf8))] + StubAnswers.openAIChunks(["x"]).map { .bytes($0) })
        }
        let logged = Bodies.stillStreamed.replacing("\"stream\"", with: "\"logprobs\":true,\"stream\"")
        for body in [logged, logged, Bodies.stillStreamed, Bodies.stillStreamed] {
            #expect(try await read(bench.engine.stream(bench.call(body))).contains("hm"))
            // Who asks while one ends still comes to read that one.
            #expect(await eventually { bench.engine.streams.count == 0 })
        }
        #expect(bench.stub.count == 4)
        _ = try await bench.engine.complete(bench.call(Bodies.still))
        #expect(try await bench.engine.complete(bench.call(Bodies.still)).summary.cache == .hit)
        #expect(try await read(bench.engine.stream(bench.call(Bodies.stillStreamed))).contains("hm"))
        #expect(bench.stub.count == 6)
        try await bench.stub.stop()
    }

    @Test("At temperature 0 the second answer comes from the cache, whole or as a stream, and costs nothing")
    func hits() async throws {
        let bench = try await Bench { _, _ in .json(StubAnswers.openAI("Hello there")) }
        let first = try await bench.engine.complete(bench.call(Bodies.still))
        let second = try await bench.engine.complete(bench.call(Bodies.still))
        #expect(first.body == second.body)
        #expect((first.summary.cache, second.summary.cache) == (.miss, .hit))
        #expect((second.summary.cost, second.summary.usage?.output) == (0, 80))
        let stream = try await bench.engine.stream(
            bench.call(Bodies.still.replacing("\"temperature\":0", with: "\"temperature\":0,\"stream\":true")))
        #expect(stream.beginning.cache == .hit)
        let text = try await read(stream)
        #expect(text.contains("\"content\":\"Hello there\""))
        #expect(text.hasSuffix("data: [DONE]\n\n"))
        #expect((bench.stub.count, bench.ledger.reserved, bench.ledger.records.count) == (1, 1, 3))
        try await bench.stub.stop()
    }

    @Test("A stream fills the cache too")
    func streamed() async throws {
        let bench = try await Bench { _, _ in
            .stream(StubAnswers.openAIChunks(["a ", "b"], usage: true).map { .bytes($0) })
        }
        _ = try await read(
            bench.engine.stream(
                bench.call(Bodies.still.replacing("\"temperature\":0", with: "\"temperature\":0,\"stream\":true"))))
        let answer = try await bench.engine.complete(bench.call(Bodies.still))
        #expect(try WireFormat.openai.answer(answer.body).text == "a b")
        #expect(answer.summary.cache == .hit)
        #expect(bench.stub.count == 1)
        try await bench.stub.stop()
    }

    @Test("It is asked where somebody wants it, alone where nobody else is to be asked, and never where not")
    func uses() async throws {
        let bench = try await Bench { _, _ in .json(StubAnswers.openAI("x")) }
        var call = try bench.call(Bodies.openAI)
        call.cacheUse = .only
        let error = await #expect(throws: CompletionError.self) { try await bench.engine.complete(call) }
        #expect(error?.code == .unreachable)
        for use in [CompletionCall.CacheUse.whereDeterministic, .whereDeterministic, .always, .always, .only, .never] {
            call.cacheUse = use
            _ = try await bench.engine.complete(call)
        }
        #expect(bench.stub.count == 4)
        #expect(try await bench.engine.cache.clear(workspace: "other") == 0)
        #expect(try await bench.engine.cache.clear(workspace: "w") == 1)
        #expect(bench.engine.cache.statistics.hits == 2)
        try await bench.stub.stop()
    }

    @Test("What a fallback said is not kept for the first choice")
    func fallback() async throws {
        let bench = try await Bench({ $0.retries.attempts = 1 }) { request, number in
            number == 0
                ? .json("{}", status: 500) : .json(StubAnswers.openAI(request.text.contains("real") ? "a" : "b"))
        }
        var call = try bench.call(Bodies.still)
        call.routes.append(.init(call.routes[0].provider, model: "other"))
        let answers = [try await bench.engine.complete(call), try await bench.engine.complete(call)]
        #expect(answers.map(\.summary.model) == ["other", "real"])
        #expect(try await bench.engine.complete(call).summary.cache == .hit)
        try await bench.stub.stop()
    }

    @Test("An answer is kept for its lifetime")
    func lifetime() async throws {
        let cache = AnswerCache()
        let answer = CachedAnswer(
            workspace: "w", format: .openai, body: [1], provider: "p", model: "m", usage: nil, createdAt: 1000)
        let key = try key(Bodies.still)
        await cache.keep(answer, for: key)
        #expect(await cache.answer(for: key, now: 4599) == answer)
        #expect(await cache.answer(for: key, now: 4600) == nil)
        #expect(cache.statistics.entries == 0)
    }

    @Test("Memory is bounded by bytes and by entries; what was used last stays")
    func bounds() throws {
        func answer(_ size: Int) -> CachedAnswer {
            CachedAnswer(
                workspace: "w", format: .openai, body: Array(repeating: 0, count: size), provider: "p", model: "m",
                usage: nil, createdAt: 0)
        }
        let keys = try (0..<1000).map { try key(#"{"model":"a","messages":[\#($0)]}"#) }
        var recent = RecentAnswers(bytesMax: 1 << 20, countMax: 10)
        for key in keys[..<10] { recent.keep(answer(10), for: key) }
        for _ in 0..<500 { #expect(recent.answer(for: keys[0]) != nil) }
        for key in keys[10..<19] { recent.keep(answer(10), for: key) }
        #expect(recent.count == 10)
        #expect(recent.answer(for: keys[0]) != nil)
        #expect(recent.answer(for: keys[1]) == nil)
        var small = RecentAnswers(bytesMax: 20_000, countMax: 1000)
        for key in keys {
            small.keep(answer(1000), for: key)
            #expect(small.bytes <= 20_000)
        }
        #expect(small.count == 13)
        small.keep(answer(30_000), for: keys[0])
        #expect(small.answer(for: keys[0]) == nil)
        #expect(small.removeAll(workspace: nil) == 13)
        #expect(small.bytes == 0)
    }

    @Test("A layer behind is asked and filled, and may fail")
    func behind() async throws {
        final class Layer: AnswerStorage {
            struct Broken: Error {}
            let kept = Mutex<[CacheKey: CachedAnswer]>([:])
            let isBroken = Mutex(false)
            func check() throws { if isBroken.withLock({ $0 }) { throw Broken() } }
            func answer(for key: CacheKey) async throws -> CachedAnswer? {
                try check()
                return kept.withLock { $0[key] }
            }
            func keep(_ answer: CachedAnswer, for key: CacheKey) async throws {
                try check()
                kept.withLock { $0[key] = answer }
            }
            func clear(workspace: String?) async throws -> Int {
                try check()
                return 0
            }
        }
        let (layer, key) = (Layer(), try key(Bodies.still))
        let answer = CachedAnswer(
            workspace: "w", format: .openai, body: [1], provider: "p", model: "m", usage: nil, createdAt: 0)
        await AnswerCache(behind: layer).keep(answer, for: key)
        let other = AnswerCache(behind: layer)
        #expect(await other.answer(for: key, now: 1) == answer)
        layer.isBroken.withLock { $0 = true }
        let third = AnswerCache(behind: layer)
        #expect(await third.answer(for: key, now: 1) == nil)
        #expect(third.statistics.storageFailures == 1)
        await #expect(throws: Layer.Broken.self) { try await third.clear() }
    }

    @Test("Twenty who ask the same at once are one call and one charge")
    func together() async throws {
        let mayEnd = Held(false)
        let bench = try await Bench { _, _ in
            StubReply([.until { mayEnd.value }, .bytes(Array(StubAnswers.openAI("x").utf8))])
        }
        let (engine, call) = (bench.engine, try bench.call(Bodies.still))
        let answers = try await withThrowingTaskGroup(of: CompletionAnswer.self) { group in
            for _ in 0..<20 { group.addTask { try await engine.complete(call) } }
            #expect(await eventually { engine.flights.members == 20 })
            mayEnd.value = true
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(answers.map(\.body)).count == 1)
        #expect(answers.count { $0.summary.cache == .miss } == 1)
        #expect((bench.stub.count, bench.ledger.settled, bench.ledger.records.count) == (1, 1, 20))
        #expect(engine.flights.count == 0)
        try await bench.stub.stop()
    }

    @Test("One who asked first and goes does not fail the others; when all go, the provider is left")
    func leader() async throws {
        let mayEnd = Held(false)
        let bench = try await Bench { _, number in
            number == 0
                ? StubReply([.until { mayEnd.value }, .bytes(Array(StubAnswers.openAI("x").utf8))])
                : StubReply([.hang])
        }
        let (engine, call) = (bench.engine, try bench.call(Bodies.still))
        let first = Task { try await engine.complete(call) }
        #expect(await eventually { bench.stub.count == 1 })
        let second = Task { try await engine.complete(call) }
        #expect(await eventually { engine.flights.members == 2 })
        first.cancel()
        await #expect(throws: CompletionError.self) { try await first.value }
        mayEnd.value = true
        #expect(try await second.value.summary.cache == .joined)
        #expect((bench.ledger.settled, bench.stub.count) == (1, 1))
        _ = try await engine.cache.clear()
        let all = (0..<3).map { _ in Task { try await engine.complete(call) } }
        #expect(await eventually { bench.stub.count == 2 && engine.flights.members == 3 })
        for task in all { task.cancel() }
        #expect(await eventually { bench.stub.cancelled == 1 && bench.ledger.refunded == 1 })
        #expect(engine.flights.count == 0)
        try await bench.stub.stop()
    }
}

@Suite struct SharedStreamTests {
    private let body = Bodies.still.replacing("\"temperature\":0", with: "\"temperature\":0,\"stream\":true")

    @Test("Ten who ask for the same stream are one call and one charge, and read the same")
    func together() async throws {
        let chunks = StubAnswers.openAIChunks(["a ", "b ", "c"], usage: true)
        let mayEnd = Held(false)
        let bench = try await Bench { _, _ in
            .stream([.bytes(chunks[0]), .until { mayEnd.value }] + chunks.dropFirst().map { .bytes($0) })
        }
        let (engine, call) = (bench.engine, try bench.call(body))
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<10 { group.addTask { try await read(engine.stream(call)) } }
            #expect(await eventually { engine.streams.readers == 10 })
            mayEnd.value = true
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(texts).count == 1)
        #expect(texts.first?.hasSuffix("data: [DONE]\n\n") == true)
        #expect((bench.stub.count, bench.ledger.settled) == (1, 1))
        #expect(bench.ledger.records.count == 10)
        #expect(bench.ledger.records.allSatisfy { $0.outcome == .succeeded && $0.usage?.output == 3 })
        #expect(await eventually { engine.streams.count == 0 })
        try await bench.stub.stop()
    }

    @Test("One who began it and goes does not fail the other; when all go, the provider is left")
    func leaving() async throws {
        let chunks = StubAnswers.openAIChunks(["a ", "b ", "c"])
        let mayEnd = Held(false)
        let bench = try await Bench { _, number in
            number == 0
                ? .stream([.bytes(chunks[0]), .until { mayEnd.value }] + chunks.dropFirst().map { .bytes($0) })
                : .stream([.bytes(chunks[0]), .hang])
        }
        let (engine, call) = (bench.engine, try bench.call(body))
        let first = Task { try await read(engine.stream(call)) }
        #expect(await eventually { engine.streams.count == 1 })
        let second = Task { try await read(engine.stream(call)) }
        #expect(await eventually { engine.streams.readers == 2 })
        first.cancel()
        await #expect(throws: CompletionError.self) { try await first.value }
        mayEnd.value = true
        #expect(try await second.value.hasSuffix("data: [DONE]\n\n"))
        #expect((bench.stub.count, bench.ledger.settled, bench.ledger.records.count) == (1, 1, 2))
        _ = try await engine.cache.clear()
        let all = (0..<3).map { _ in Task { try await read(engine.stream(call)) } }
        #expect(await eventually { engine.streams.readers == 3 })
        for task in all { task.cancel() }
        for task in all { await #expect(throws: CompletionError.self) { try await task.value } }
        #expect(await eventually { bench.stub.cancelled == 1 && bench.ledger.records.count == 5 })
        #expect(await eventually { engine.streams.count == 0 && engine.upstream.limit.running == 0 })
        #expect(bench.ledger.settled + bench.ledger.refunded == 2)
        try await bench.stub.stop()
    }

    @Test("One who alone asked and goes when it has just begun leaves nothing behind")
    func unwanted() async throws {
        var bench = try await Bench { _, _ in
            .stream([.bytes(StubAnswers.openAIChunks(["a"])[0]), .hang])
        }
        let caller = Mutex<Task<Void, any Error>?>(nil)
        let stub = bench.stub
        // The engine looks at the clock when the provider has begun.
        bench.engine.now = {
            if stub.count > 0 { caller.withLock { $0 }?.cancel() }
            return 1
        }
        let (engine, call, mayBegin) = (bench.engine, try bench.call(body), Held(false))
        let task = Task {
            while !mayBegin.value { await Task.yield() }
            _ = try await engine.stream(call)
        }
        caller.withLock { $0 = task }
        mayBegin.value = true
        await #expect(throws: CompletionError.self) { try await task.value }
        #expect(await eventually { bench.stub.cancelled == 1 && bench.ledger.records.count == 1 })
        #expect(await eventually { engine.streams.count == 0 && engine.upstream.limit.running == 0 })
        #expect(bench.ledger.records.first?.outcome == .cancelled)
        try await bench.stub.stop()
    }

    @Test("The provider is read no further than a bit ahead of the fastest reader")
    func lead() async throws {
        let bench = try await Bench { _, _ in .json("{}") }
        let stream = SharedStream(
            CallAccount(try bench.call(body), nil, bench.ledger, CompletionSummary(.succeeded)))
        let piece = ByteBuffer(repeating: 1, count: 1 << 16)
        let (reader, slow) = (try #require(stream.join()), try #require(stream.join()))
        let pump = Task {
            for _ in 0..<100 { await stream.append(piece) }
            stream.finish(.success(()))
        }
        stream.run(pump)
        #expect(await eventually { stream.written > SharedStream.leadMax })
        for index in 0..<100 {
            _ = try await stream.chunk(at: index, for: reader)
            #expect(stream.written <= (index + 2) << 16 + SharedStream.leadMax)
        }
        #expect(try await stream.chunk(at: 100, for: reader) == nil)
        #expect(try await stream.chunk(at: 99, for: slow) != nil)
        try await bench.stub.stop()
    }

    @Test("One that waits for readers ends when they have all gone")
    func leftWaiting() async throws {
        let bench = try await Bench { _, _ in .json("{}") }
        let stream = SharedStream(
            CallAccount(try bench.call(body), nil, bench.ledger, CompletionSummary(.succeeded)))
        let reader = try #require(stream.join())
        let pump = Task { while !Task.isCancelled { await stream.append(ByteBuffer(repeating: 1, count: 1 << 16)) } }
        stream.run(pump)
        #expect(await eventually { stream.written > SharedStream.leadMax })
        stream.leave(reader)
        await pump.value
        try await bench.stub.stop()
    }
}
