import Changesets
import Logging
import MessageLog
import ServiceLifecycle
import Synchronization
import Testing

@Suite("When messages are written")
struct WritingTests {
    @Test("A full batch is written at once, a message less is not")
    func batch() async throws {
        let test = TestLog()
        let log = try test.open()
        let running = Task { await log.run() }
        // The first thing it does is to look for what is too old, and to write what is there then.
        #expect(try await until { log.status.lastFlushAt != nil })
        test.note(49, in: log)
        try await Task.sleep(for: .milliseconds(50))
        #expect(try log.count(of: ada) == 0)
        test.note(1, in: log)
        #expect(try await until { try log.count(of: ada) == 50 })
        #expect(try await until { log.status.queued == 0 })
        running.cancel()
        await running.value
    }

    @Test("A message that waits alone is written when it has waited for as long as it may")
    func age() async throws {
        let test = TestLog()
        let waits = Box<[Duration]>([])
        let time = test.time
        // Time passes only while the writer waits, and that once.
        let log = try test.open(wait: { pause in
            let count = waits.value.withLock { waits in
                waits.append(pause)
                return waits.count
            }
            if count > 1 { try? await Task.sleep(for: .seconds(600)) }
            time.value.withLock { $0 += pause.milliseconds }
        })
        log.note(test.message())
        #expect(log.status.oldestAge == 0)
        test.pass(seconds: 100)
        #expect(log.status.oldestAge == 100_000)
        // A sweep is due when it begins, and has nothing to do with what waits.
        try await log.flush()
        log.note(test.message())
        let began = test.now
        let running = Task { await log.run() }
        #expect(try await until { log.status.written == 2 })
        running.cancel()
        await running.value
        #expect(waits.value.withLock { $0.first } == .seconds(600))
        let flushed = try #require(log.status.lastFlushAt)
        #expect(flushed >= began + 600_000)
        #expect(try log.count(of: ada) == 2)
    }

    @Test("What is left is written when the task is cancelled")
    func cancellation() async throws {
        let test = TestLog()
        let log = try test.open()
        // Else there is a sweep to do as it begins, which writes them too.
        try await log.flush()
        let running = Task { await log.run() }
        test.note(7, in: log)
        running.cancel()
        await running.value
        #expect(try log.count(of: ada) == 7)
        #expect(log.status.queued == 0)
    }

    @Test("What is left is written when the server shuts down")
    func shutdown() async throws {
        let test = TestLog()
        let log = try test.open()
        try await log.flush()
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(services: [.init(service: log)], logger: .init(label: "test")))
        let running = Task { try await group.run() }
        test.note(7, in: log)
        await group.triggerGracefulShutdown()
        try await running.value
        #expect(try log.count(of: ada) == 7)
    }

    @Test("Flushes at the same time write each message once")
    func concurrent() async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(1200, in: log)
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await log.flush() } }
            return try await group.reduce(0, +)
        }
        #expect(written == 1200)
        #expect(try log.count(of: ada) == 1200)
        #expect(log.status.written == 1200)
    }

    @Test("All that a flush has returned for is there when the log is opened anew, without it having been closed")
    func survives() async throws {
        let test = TestLog()
        let first = try test.open()
        test.note(60, in: first)
        #expect(try await first.flush() == 60)
        test.note(5, in: first)
        // As after kill -9: nothing of the first is told of it.
        let second = try test.open()
        #expect(try second.count(of: ada) == 60)
        let read = try second.messages(of: ada, limit: 100)
        #expect(read.map { $0.content?.prompt } == (0..<60).reversed().map { "question \($0)" })
        withExtendedLifetime(first) {}
    }

    @Test("10,000 messages wait, the next is refused and counted, and all that wait are written")
    func many() async throws {
        let test = TestLog()
        let log = try test.open()
        let clock = ContinuousClock()
        let messages = (0..<10_000).map { test.message(ada, "question \($0)") }
        let noting = clock.measure { for message in messages { log.note(message) } }
        #expect(log.note(test.message()) == .dropped)
        #expect(log.status.queued == 10_000)
        #expect(log.status.dropped == 1)
        let began = clock.now
        #expect(try await log.flush() == 10_000)
        print("10,000 messages: noted in \(noting), written in \(clock.now - began)")
        #expect(try log.count(of: ada) == 10_000)
        #expect(log.note(test.message()) == .queued)
    }

    @Test("What waits is bounded in bytes too")
    func bytes() throws {
        let test = TestLog()
        let log = try test.open { $0.queuedBytesMax = 1 << 20 }
        let text = String(repeating: "x", count: 65_536)
        let outcomes = (0..<10).map { _ in log.note(test.message(ada, text, text)) }
        #expect(outcomes.filter { $0 == .queued }.count == 7)
        #expect(log.status.queuedBytes <= 1 << 20)
    }

    @Test("A log that is off takes nothing")
    func off() async throws {
        let test = TestLog()
        let log = try test.open { $0.isOn = false }
        #expect(log.note(test.message()) == .off)
        #expect(try await log.flush() == 0)
    }
}
