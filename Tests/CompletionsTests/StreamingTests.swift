import NIOCore
import ProviderStub
import Testing

@testable import Completions

@Suite struct StreamingTests {
    private static let words = ["one ", "two ", "three "]

    @Test("A stream goes through as it is, but for the count that only we asked for")
    func passed() async throws {
        let bench = try await Bench { request, _ in
            .stream(
                StubAnswers.openAIChunks(Self.words, usage: request.text.contains("include_usage")).map { .bytes($0) })
        }
        let stream = try await bench.engine.stream(bench.call(Bodies.streamed))
        #expect(
            try await read(stream)
                == String(decoding: StubAnswers.openAIChunks(Self.words).flatMap { $0 }, as: UTF8.self))
        let record = try #require(bench.ledger.records.first)
        #expect(record.usage == TokenUsage(input: 20, output: 3))
        #expect(record.outcome == .succeeded)
        #expect(record.timeToFirstToken != nil)
        #expect((bench.ledger.settled, bench.ledger.records.count) == (1, 1))
        #expect(bench.stub.requests.first?.header("accept") == "text/event-stream")
        try await bench.stub.stop()
    }

    @Test("Anthropic's stream goes through byte for byte")
    func anthropic() async throws {
        let chunks = StubAnswers.anthropicChunks(Self.words)
        let bench = try await Bench { _, _ in .stream(chunks.map { .bytes($0) }) }
        let call = try bench.call(Bodies.anthropicStreamed, .anthropic, provider: .anthropic)
        #expect(try await read(bench.engine.stream(call)) == String(decoding: chunks.flatMap { $0 }, as: UTF8.self))
        #expect(bench.ledger.records.first?.usage == TokenUsage(input: 20, output: 3))
        try await bench.stub.stop()
    }

    @Test("A client of either format reads the stream of the other")
    func translated() async throws {
        let bench = try await Bench { request, _ in
            let chunks =
                request.path == "/v1/messages"
                ? StubAnswers.anthropicChunks(Self.words) : StubAnswers.openAIChunks(Self.words, usage: true)
            return .stream(chunks.map { .bytes($0) })
        }
        let first = try await read(
            bench.engine.stream(bench.call(Bodies.anthropicStreamed, .anthropic, provider: .openai)))
        #expect(first.hasPrefix("event: message_start\n"))
        #expect(
            first.contains(
                #""usage":{"input_tokens":20,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":3}"#
            ))
        let second = try await read(bench.engine.stream(bench.call(Bodies.streamed, .openai, provider: .anthropic)))
        #expect(second.hasSuffix("data: [DONE]\n\n"))
        #expect(!second.contains("usage"))
        #expect(
            bench.ledger.records.map(\.usage) == [TokenUsage(input: 20, output: 3), TokenUsage(input: 20, output: 3)])
        try await bench.stub.stop()
    }

    @Test("Cut in the middle: what came is passed on, then an error; nothing is tried again, and it is refunded")
    func cut() async throws {
        let chunks = StubAnswers.openAIChunks(Self.words)
        let bench = try await Bench { _, _ in .stream(chunks.prefix(3).map { .bytes($0) } + [.pause(50), .cut]) }
        let stream = try await bench.engine.stream(bench.call(Bodies.streamed))
        var bytes: [UInt8] = []
        let error = await #expect(throws: CompletionError.self) {
            for try await chunk in stream { bytes += chunk.readableBytesView }
        }
        #expect(bytes == chunks.prefix(3).flatMap { $0 })
        #expect(error?.hasBegun == true)
        #expect((bench.stub.count, bench.ledger.settled, bench.ledger.refunded) == (1, 0, 1))
        #expect(bench.ledger.records.count == 1)
        try await bench.stub.stop()
    }

    @Test("A clean end without a reason to stop is a cut too")
    func early() async throws {
        let chunks = StubAnswers.openAIChunks(Self.words)
        let bench = try await Bench { _, _ in .stream(chunks.prefix(3).map { .bytes($0) }) }
        let stream = try await bench.engine.stream(bench.call(Bodies.streamed))
        let error = await #expect(throws: CompletionError.self) { try await read(stream) }
        #expect(error?.code == .providerFailed)
        #expect((bench.ledger.settled, bench.ledger.refunded) == (0, 1))
        try await bench.stub.stop()
    }

    @Test("Failures before the first byte are tried again")
    func retried() async throws {
        let bench = try await Bench { _, number in
            number < 2 ? .json("{}", status: 503) : .stream(StubAnswers.openAIChunks(["x"]).map { .bytes($0) })
        }
        _ = try await read(bench.engine.stream(bench.call(Bodies.streamed)))
        #expect(bench.stub.count == 3)
        #expect(bench.ledger.records.first?.attempts == 3)
        try await bench.stub.stop()
    }

    @Test("A reader that goes in the middle closes the connection and pays; one that never begins does not")
    func gone() async throws {
        let chunks = StubAnswers.openAIChunks(Self.words)
        let bench = try await Bench { _, _ in .stream(chunks.prefix(2).map { .bytes($0) } + [.hang]) }
        do {
            var iterator = try await bench.engine.stream(bench.call(Bodies.streamed)).makeAsyncIterator()
            #expect(try await iterator.next() != nil)
        }
        #expect(await eventually { bench.stub.cancelled == 1 && bench.ledger.records.count == 1 })
        #expect((bench.ledger.settled, bench.ledger.refunded) == (1, 0))
        _ = try await bench.engine.stream(bench.call(Bodies.streamed))
        #expect(await eventually { bench.stub.cancelled == 2 && bench.ledger.records.count == 2 })
        #expect((bench.ledger.settled, bench.ledger.refunded) == (1, 1))
        #expect(bench.ledger.records.allSatisfy { $0.outcome == .cancelled })
        #expect(await eventually { bench.engine.upstream.limit.running == 0 })
        try await bench.stub.stop()
    }

    @Test("A reader whose task is cancelled ends at once")
    func cancelled() async throws {
        let bench = try await Bench { _, _ in .stream([.bytes(StubAnswers.openAIChunks(["x"])[0]), .hang]) }
        let stream = try await bench.engine.stream(bench.call(Bodies.streamed))
        let task = Task { try await read(stream) }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        let error = await #expect(throws: CompletionError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(await eventually { bench.stub.cancelled == 1 && bench.ledger.records.count == 1 })
        #expect(bench.ledger.records.first?.outcome == .cancelled)
        try await bench.stub.stop()
    }

    @Test("A reader that stalls gives back its place at the deadline, and pays for what it got")
    func stalled() async throws {
        let chunks = StubAnswers.openAIChunks(Self.words)
        let bench = try await Bench { _, _ in .stream([.bytes(chunks[0]), .hang]) }
        for body in [Bodies.streamed, Bodies.stillStreamed] {
            let stream = try await bench.engine.stream(bench.call(body) { $0.timeouts.total = 20_000 })
            var iterator = stream.makeAsyncIterator()
            #expect(try await iterator.next() != nil)
            #expect(bench.engine.upstream.limit.running == 1)
            // Opening it must not take as long, however much else is done here.
            var isFree = false
            for _ in 0..<6 where !isFree { isFree = await eventually { bench.engine.upstream.limit.running == 0 } }
            #expect(isFree)
            let error = await #expect(throws: CompletionError.self) { _ = try await iterator.next() }
            #expect(error?.code == .timedOut)
        }
        #expect(await eventually { bench.ledger.records.count == 2 && bench.engine.streams.count == 0 })
        // The second one's provider is read for all who may come, and is what was waited for.
        #expect(bench.ledger.records.map(\.outcome) == [.cancelled, .failed(.timedOut)])
        #expect((bench.ledger.settled, bench.ledger.refunded) == (1, 1))
        try await bench.stub.stop()
    }

    @Test("A slow reader holds up the provider: a stream of 64 MiB lies in nobody's memory")
    func slow() async throws {
        let bench = try await Bench { _, _ in
            var pieces = [StubReply.Piece]()
            for _ in 0..<1024 { pieces += [.bytes(Array(": ".utf8)), .filler(1 << 16), .bytes(Array("\n\n".utf8))] }
            return .stream(pieces + StubAnswers.openAIChunks(["x"]).map { .bytes($0) })
        }
        let stream = try await bench.engine.stream(bench.call(Bodies.streamed))
        var (iterator, bytes) = (stream.makeAsyncIterator(), 0)
        _ = try await iterator.next()
        try await Task.sleep(for: .milliseconds(500))
        // What the sockets of both sides hold, and no more.
        #expect(bench.stub.written < 24 << 20)
        while let chunk = try await iterator.next() { bytes += chunk.readableBytes }
        #expect(bytes > 60 << 20)
        try await bench.stub.stop()
    }
}
