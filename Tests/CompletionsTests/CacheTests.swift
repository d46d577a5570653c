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
        let bench = try await Bench { _, _ in StubReply([.pause(300), .bytes(Array(StubAnswers.openAI("x").utf8))]) }
        let (engine, call) = (bench.engine, try bench.call(Bodies.still))
        let answers = try await withThrowingTaskGroup(of: CompletionAnswer.self) { group in
            for _ in 0..<20 { group.addTask { try await engine.complete(call) } }
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
        let bench = try await Bench { _, number in
            number == 0 ? StubReply([.pause(500), .bytes(Array(StubAnswers.openAI("x").utf8))]) : StubReply([.hang])
        }
        let (engine, call) = (bench.engine, try bench.call(Bodies.still))
        let first = Task { try await engine.complete(call) }
        #expect(await eventually { bench.stub.count == 1 })
        let second = Task { try await engine.complete(call) }
        try await Task.sleep(for: .milliseconds(100))
        first.cancel()
        #expect(try await second.value.summary.cache == .joined)
        await #expect(throws: CompletionError.self) { try await first.value }
        #expect((bench.ledger.settled, bench.stub.count) == (1, 1))
        _ = try await engine.cache.clear()
        let all = (0..<3).map { _ in Task { try await engine.complete(call) } }
        #expect(await eventually { bench.stub.count == 2 })
        try await Task.sleep(for: .milliseconds(100))
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
        let bench = try await Bench { _, _ in .stream([.pause(200)] + chunks.flatMap { [.bytes($0), .pause(30)] }) }
        let (engine, call) = (bench.engine, try bench.call(body))
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<10 {
                group.addTask {
                    // Some come when it has begun.
                    try await Task.sleep(for: .milliseconds(index * 25))
                    return try await read(engine.stream(call))
                }
            }
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
}
