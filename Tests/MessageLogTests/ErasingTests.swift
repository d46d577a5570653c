import Changesets
import Foundation
import GRDB
import MessageLog
import ReplicaStore
import Testing

@Suite("What is not kept of messages")
struct ErasingTests {
    @Test("Nothing of who has opted out is logged, what was there is gone, and others' stays")
    func optOut() async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(3, of: ada, in: log)
        test.note(3, of: grace, in: log)
        try await log.flush()
        test.note(2, of: ada, in: log)
        test.note(2, of: grace, in: log)
        try log.setOptOut(ada, true)
        #expect(log.isOptedOut(ada) && !log.isOptedOut(grace))
        #expect(log.status.queued == 2)
        #expect(log.note(test.message()) == .optedOut)
        try await log.flush()
        #expect(try log.count(of: ada) == 0)
        #expect(try log.count(of: grace) == 5)
        let second = try test.open()
        #expect(second.note(test.message()) == .optedOut)
        try second.setOptOut(ada, false)
        #expect(second.note(test.message()) == .queued)
        #expect(try !test.open().isOptedOut(ada))
    }

    @Test("Who opts out by another process is heeded before anything more of them is written")
    func elsewhere() async throws {
        let test = TestLog()
        let (server, command) = (try test.open(), try test.open())
        test.note(3, of: ada, in: server)
        test.note(1, of: grace, in: server)
        try command.setOptOut(ada, true)
        #expect(try await server.flush() == 1)
        #expect(try server.count(of: ada) == 0)
        #expect(server.note(test.message()) == .optedOut)
    }

    @Test("What is erased is overwritten, in the file and in its log")
    func overwritten() async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(200, in: log)
        try await log.flush()
        let other = try DatabaseQueue(path: test.path)
        let sealed = try await other.read { try Data.fetchAll($0, sql: "SELECT sealed FROM messages") }
        #expect(sealed.count == 200)
        try other.close()
        #expect(try holds(any: sealed, test))
        test.note(5, in: log)
        #expect(try log.erase(user: ada) == 205)
        #expect(try !holds(any: sealed, test))
        #expect(try !holds(any: [Data(ada.bytes)], test))
        // They are not opted out.
        #expect(log.note(test.message()) == .queued)
    }

    private func holds(any parts: [Data], _ test: TestLog) throws -> Bool {
        try test.files().values.contains { content in parts.contains { content.range(of: $0) != nil } }
    }

    @Test("What is too old is erased with a flush, at most once an hour")
    func retention() async throws {
        let test = TestLog()
        let log = try test.open { $0.retentionDays = 2 }
        test.note(2500, in: log)
        try await log.flush()
        test.pass(seconds: 86_400)
        test.note(10, in: log)
        try await log.flush()
        #expect(try log.count(of: ada) == 2510)
        test.pass(seconds: 86_400 - 60)
        try await log.flush()
        #expect(try log.count(of: ada) == 2510)
        test.pass(seconds: 120)
        try await log.flush()
        #expect(try log.count(of: ada) == 2510)
        test.pass(seconds: 3600)
        try await log.flush()
        #expect(try log.count(of: ada) == 10)
    }

    @Test("What is too old is erased though nothing is logged any more, and never where it is kept for ever")
    func idle() async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(5, in: log)
        try await log.flush()
        test.pass(seconds: 40 * 86_400)
        let kept = try test.open { $0.retentionDays = 0 }
        try await kept.flush()
        #expect(try kept.count(of: ada) == 5)
        let off = try test.open { $0.isOn = false }
        let running = Task { await off.run() }
        #expect(try await until { try off.count(of: ada) == 0 })
        running.cancel()
        await running.value
    }

    @Test("An opting out that was cut short is brought to its end")
    func cutShort() async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(5, in: log)
        try await log.flush()
        let other = try DatabaseQueue(path: test.path)
        try await other.write {
            try $0.execute(sql: "INSERT INTO opt_outs VALUES (?, 1)", arguments: [Data(ada.bytes)])
        }
        try await test.open().flush()
        #expect(try log.count(of: ada) == 0)
    }

    @Test("Somebody's messages are read by pages, the newest first")
    func pages() async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(25, in: log)
        test.note(5, of: grace, in: log)
        try await log.flush()
        var (read, last) = ([String?](), RowID?.none)
        for size in [10, 10, 5, 0] {
            let page = try log.messages(of: ada, limit: 10, before: last)
            #expect(page.count == size)
            read += page.map { $0.content?.prompt }
            last = page.last?.id ?? last
        }
        #expect(read == (0..<25).reversed().map { "question \($0)" })
        #expect(try log.messages(of: ada, limit: 0).count == 1)
        #expect(try log.messages(of: office, limit: 10).isEmpty)
    }
}
