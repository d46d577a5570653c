import Changesets
import Foundation
import GRDB
import MessageLog
import ReplicaStore
import Testing

@Suite("What lies on the disk of a message log")
struct SealingTests {
    @Test("is nothing of any message in clear, before a checkpoint and after it")
    func clear() async throws {
        let test = TestLog()
        let log = try test.open()
        for number in 0..<200 {
            var message = test.message(ada, "marked-question-\(number)", "marked-answer-\(number)")
            message.content.model = "marked-model"
            message.content.requestID = "marked-request"
            message.content.provider = "marked-provider"
            message.content.style = "marked-style"
            message.content.route = "marked-route"
            message.content.outcome = "marked-outcome"
            log.note(message)
        }
        try await log.flush()
        #expect(try #require(test.files()["messages.sqlite-wal"]).count > 10_000)
        try expectNothing(of: test)
        let other = try DatabaseQueue(path: test.path)
        try await other.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
        #expect(try #require(test.files()["messages.sqlite"]).count > 10_000)
        try expectNothing(of: test)
    }

    private func expectNothing(of test: TestLog) throws {
        let files = try test.files()
        for (name, content) in files {
            for marker in ["marked", "question", "answer", "requestID", "prompt"] {
                #expect(content.range(of: Data(marker.utf8)) == nil, "\(name): \(marker)")
            }
        }
        // It is the right place to look: what is no secret is there.
        #expect(files.values.contains { $0.range(of: Data(ada.bytes)) != nil })
    }

    @Test("The key is its owner's only, of 32 bytes, and in no other file")
    func key() async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(3, in: log)
        try await log.flush()
        let attributes = try FileManager.default.attributesOfItem(atPath: test.keyPath)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let files = try test.files()
        let key = try #require(files["messages.key"])
        #expect(key.count == 32)
        for (name, content) in files where name != "messages.key" { #expect(content.range(of: key) == nil, "\(name)") }
    }

    @Test("Without its key the log does not open, and no other key is made", arguments: ["missing", "other", "short"])
    func wrongKey(_ how: String) async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(3, in: log)
        try await log.flush()
        let key = try #require(try test.files()["messages.key"])
        try FileManager.default.removeItem(atPath: test.keyPath)
        let wrong = Data(repeating: 7, count: how == "other" ? 32 : 31)
        if how != "missing" { try wrong.write(to: URL(filePath: test.keyPath)) }
        let error = #expect(throws: ReplicaError.self) { try test.open() }
        #expect(error?.code == .damaged)
        #expect(try #require(error).message.contains(test.keyPath))
        #expect(try test.files()["messages.key"] == (how == "missing" ? nil : wrong))
        try key.write(to: URL(filePath: test.keyPath))
        #expect(try test.open().messages(of: ada, limit: 9).allSatisfy { $0.content != nil })
    }

    @Test("A key that is lost when nothing is sealed is made anew, and who has opted out stays so")
    func emptyLog() async throws {
        let test = TestLog()
        let log = try test.open()
        try log.setOptOut(grace, true)
        try FileManager.default.removeItem(atPath: test.keyPath)
        let second = try test.open()
        test.note(1, in: second)
        try await second.flush()
        #expect(try test.open().messages(of: ada, limit: 1).first?.content != nil)
        #expect(second.isOptedOut(grace))
    }

    @Test(
        "A row that was given to somebody else, moved or damaged is shown as one that can't be opened",
        arguments: [
            "UPDATE messages SET user_id = (SELECT user_id FROM messages WHERE n = 4) WHERE n = 2",
            "UPDATE messages SET sealed = (SELECT sealed FROM messages WHERE n = 4) WHERE n = 2",
            "UPDATE messages SET sealed = (SELECT sealed FROM messages WHERE n = 1) WHERE n = 2",
            "UPDATE messages SET workspace_id = zeroblob(16) WHERE n = 2",
            "UPDATE messages SET created_at = created_at + 1 WHERE n = 2",
            "UPDATE messages SET sealed = substr(sealed, 1, length(sealed) - 1) WHERE n = 2",
            "UPDATE messages SET sealed = x'' WHERE n = 2",
        ])
    func moved(_ sql: String) async throws {
        let test = TestLog()
        let log = try test.open()
        test.note(3, of: ada, in: log)
        test.note(1, of: grace, in: log)
        try await log.flush()
        let other = try DatabaseQueue(path: test.path)
        try await other.write { try $0.execute(sql: sql) }
        let entries = try log.messages(of: ada, limit: 9) + log.messages(of: grace, limit: 9)
        #expect(entries.count == 4)
        #expect(entries.filter { $0.content == nil }.count == 1)
        #expect(try log.messages(of: grace, limit: 9).allSatisfy { $0.content?.prompt != "question 1" })
    }

    @Test("The same message is sealed otherwise each time")
    func nonces() async throws {
        let test = TestLog()
        let log = try test.open()
        for _ in 0..<20 { log.note(test.message()) }
        try await log.flush()
        let other = try DatabaseQueue(path: test.path)
        let nonces = try await other.read { try Data.fetchSet($0, sql: "SELECT substr(sealed, 1, 12) FROM messages") }
        #expect(nonces.count == 20)
    }

    @Test("A text that is too long is cut between characters, and says so")
    func cut() async throws {
        let test = TestLog()
        let log = try test.open()
        var message = test.message(
            ada, "a" + String(repeating: "ä", count: 40_000), String(repeating: "x", count: 65_536))
        message.content.requestID = String(repeating: "r", count: 5000)
        message.content.style = String(repeating: "s", count: 5000)
        log.note(message)
        try await log.flush()
        let content = try #require(try log.messages(of: ada, limit: 1).first?.content)
        #expect(content.isPromptCut && !content.isResponseCut)
        #expect(content.prompt == "a" + String(repeating: "ä", count: 32_767))
        #expect(content.response.utf8.count == 65_536)
        #expect(content.requestID.utf8.count == 1024 && content.style?.utf8.count == 1024)
    }
}
