import Changesets
import Foundation
import GRDB
import MessageLog
import ReplicaStore
import Synchronization
import Testing

@Suite("A message log whose disk fails")
struct FailureTests {
    @Test("A full disk keeps the messages, says so, and has them written when there is room")
    func full() async throws {
        let test = TestLog()
        let log = try test.open { $0.fileBytesMax = 1 << 20 }
        let text = String(repeating: "x", count: 50_000)
        for _ in 0..<18 { log.note(test.message(grace, text)) }
        try await log.flush()
        for _ in 0..<5 { log.note(test.message(ada, text)) }
        await #expect(throws: ReplicaError(.diskFull, "")) { try await log.flush() }
        #expect(log.status.queued == 5)
        #expect(try #require(log.status.lastError).contains("no space left"))
        #expect(try log.count(of: ada) == 0)
        #expect(try log.erase(user: grace) == 18)
        #expect(try await log.flush() == 5)
        #expect(log.status.queued == 0)
        #expect(log.status.lastError == nil)
        #expect(try log.messages(of: ada, limit: 9).map { $0.content?.prompt } == Array(repeating: text, count: 5))
    }

    @Test(
        "What can't be written is kept, and tried again after a second, then two, and so on to a minute"
    )
    func backoff() async throws {
        let test = TestLog()
        let (waits, time) = (Box<[Duration]>([]), test.time)
        let log = try test.open({ $0.retentionDays = 0 }) { pause in
            waits.value.withLock { $0.append(pause) }
            await Task.yield()
            time.value.withLock { $0 += pause.milliseconds }
        }
        try await log.flush()
        var configuration = Configuration()
        configuration.busyMode = .timeout(30)
        let spoiled = try DatabaseQueue(path: test.path, configuration: configuration)
        try await spoiled.write { try $0.execute(sql: "ALTER TABLE messages RENAME TO gone") }
        test.note(50, in: log)
        let running = Task { await log.run() }
        #expect(try await until { waits.value.withLock { $0.count } > 10 })
        try await spoiled.write { try $0.execute(sql: "ALTER TABLE gone RENAME TO messages") }
        #expect(try await until { log.status.written == 50 })
        #expect(try await until { log.status.lastError == nil })
        running.cancel()
        await running.value
        let expected = [0, 1, 2, 4, 8, 16, 32, 60, 60].map { Duration.seconds($0) }
        #expect(waits.value.withLock { Array($0.prefix(9)) } == expected)
    }

    @Test("A message that is there already is not written twice, and holds up no other")
    func again() async throws {
        let test = TestLog()
        let log = try test.open()
        let message = test.message()
        log.note(message)
        try await log.flush()
        log.note(message)
        log.note(test.message())
        #expect(try await log.flush() == 1)
        #expect(log.status.queued == 0)
        #expect(try log.count(of: ada) == 2)
    }

    @Test("A clock that is set back has what waits written now, rather than much later")
    func clock() async throws {
        let test = TestLog()
        let log = try test.open()
        try await log.flush()
        log.note(test.message())
        test.pass(seconds: -7200)
        #expect(log.status.oldestAge == 0)
        let running = Task { await log.run() }
        #expect(try await until { log.status.written == 1 })
        running.cancel()
        await running.value
    }
}
