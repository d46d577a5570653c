import Changesets
import Foundation
import PromptFiles
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

extension Node {
    /// The files of this node that hold a text: its library, the log, and what SQLite keeps beside them.
    func files(holding text: String) throws -> [String] {
        // By another process: to close a file that SQLite has open would lose its locks.
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["grep", "-laFs", "--", text, path, path + "-wal", path + "-shm"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let found = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return found.split(separator: "\n").map { String($0) }
    }
}

@Suite("Purge")
struct PurgeTests {
    let team: Team
    var a: Node { team.a }
    var b: Node { team.b }
    var server: Node { team.server }
    private static let needle = "hunter2needle"

    init() throws { team = try Team() }

    /// A prompt that says a secret wherever one can be said, and that all have.
    private func leak() throws {
        let library = a.library
        var new = NewPrompt(name: "p \(Self.needle)", body: "the key is \(Self.needle)")
        new.description = "about \(Self.needle)"
        _ = try library.create(new)
        _ = try library.create(NewPrompt(name: "harmless", body: "nothing"))
        let name = new.name
        try library.tag(name, ["tag-\(Self.needle)"])
        try library.setMetadata(name, "note", "meta \(Self.needle)")
        try team.settle(a, b)
        // A divergence, and values in the journal.
        _ = try a.library.save("a says \(Self.needle)", from: a.library.editBase(name), message: "for \(Self.needle)")
        try a.sqlite("UPDATE prompts SET category = 'a \(Self.needle)' WHERE name LIKE 'p %'")
        team.clock.now += 10
        _ = try b.library.save("b says \(Self.needle)", from: b.library.editBase(name))
        try b.sqlite("UPDATE prompts SET category = 'b \(Self.needle)' WHERE name LIKE 'p %'")
        try b.library.recordRender(b.library.render(RenderRequest(name: name)))
        try team.settle(a, b)
        for node in [a, b, server] {
            #expect(try node.library.search(Self.needle).items.count == 1)
            #expect(try !node.files(holding: Self.needle).isEmpty)
        }
        #expect(try a.rows(of: "conflicts") == 1 && a.rows(of: "usage_events") == 1)
    }

    private func purge(on node: Node) throws -> PurgeOutcome {
        try node.library.purge(node.library.promptToPurge("p \(Self.needle)"), reason: "it had the key")
    }

    private func expectGone(_ nodes: Node..., sourceLocation: SourceLocation = #_sourceLocation) throws {
        for node in nodes {
            #expect(try node.library.list().items.map(\.name) == ["harmless"], sourceLocation: sourceLocation)
            #expect(try node.library.trash().items.isEmpty, sourceLocation: sourceLocation)
            #expect(try node.library.search(Self.needle).items.isEmpty, sourceLocation: sourceLocation)
            #expect(try node.library.search("nothing").items.count == 1, sourceLocation: sourceLocation)
            for table in [
                "conflicts", "usage_events", "orphans WHERE table_name <> 'nodes'", "metadata", "deleted_prompts",
            ] {
                #expect(try node.rows(of: table) == 0, "\(table)", sourceLocation: sourceLocation)
            }
            #expect(try node.rows(of: "versions") == 1, sourceLocation: sourceLocation)
            #expect(try node.replica.examine().isEmpty, sourceLocation: sourceLocation)
            #expect(try node.files(holding: Self.needle).isEmpty, sourceLocation: sourceLocation)
        }
    }

    @Test("no byte of what was purged is left on any node that has synced since")
    func everywhere() throws {
        try leak()
        let third = try team.node("third")
        try team.settle(third)
        let outcome = try purge(on: b)
        #expect(outcome.isWiped && outcome.prompt.name == "p \(Self.needle)")
        try expectGone(b)
        try team.settle(b, a, third)
        try expectGone(a, b, third, server)
        #expect(try a.digest == server.digest && b.digest == server.digest && third.digest == server.digest)
        let again = try sync(a, with: server)
        #expect(again.sent == 0 && again.received == 0)
        #expect(try a.query("SELECT reason FROM purges") == [["it had the key"]])
    }

    @Test("what is in the trash can be purged, and by its id")
    func trash() throws {
        try leak()
        let record = try a.library.delete("p \(Self.needle)")
        let found = try a.library.promptToPurge(record.id.hex)
        #expect(found.id == record.id)
        _ = try a.library.purge(found)
        try team.settle(a, b)
        try expectGone(a, b, server)
        #expect(throws: LibraryError(.notFound, "")) { _ = try a.library.promptToPurge(record.id.hex) }
        #expect(throws: LibraryError(.notFound, "")) { _ = try a.library.purge(found) }
    }

    @Test("unsent work on what was purged goes with it, and files and copies of old don't bring it back")
    func lateWork() throws {
        try leak()
        let file = try a.exported()
        let stranger = try team.node("stranger")
        _ = try stranger.replica.join(file)
        _ = try purge(on: a)
        try b.library.tag("p \(Self.needle)", ["more \(Self.needle)"])
        _ = try b.library.save("more \(Self.needle)", from: b.library.editBase("p \(Self.needle)"))
        try team.settle(a, b)
        try expectGone(a, b, server)
        for node in [a, b, server] { _ = try node.replica.join(file) }
        try expectGone(a, b, server)
        let summary = try sync(stranger, with: server)
        #expect(summary.denials.isEmpty && summary.collected > 4)
        try expectGone(a, b, server, stranger)
        #expect(try stranger.digest == server.digest)
    }

    @Test("a file can say that something was purged")
    func byFile() throws {
        try leak()
        let early = try a.exported()
        _ = try purge(on: a)
        let late = try a.exported()
        let stranger = try team.node("stranger")
        _ = try stranger.replica.join(early)
        _ = try stranger.replica.join(late)
        _ = try stranger.replica.join(early)
        try expectGone(stranger)
    }

    @Test("a purged prompt can't be written again, by an import of the same file either")
    func writtenAgain() throws {
        let document = ImportRequest(
            try PromptFile.read(Array(#"[{"name":"imported","body":"the \#(Self.needle)"}]"#.utf8), as: .json))
        _ = try a.library.importPrompts(document)
        let prompt = try a.library.promptToPurge("imported")
        _ = try a.library.purge(prompt)
        let report = try a.library.importPrompts(document).report
        #expect(report.created == 0 && report.rejected.count == 1)
        #expect(throws: ShellFailure.self) {
            try a.sqlite("INSERT INTO prompts (id, name) VALUES (x'\(prompt.id.hex)', 'again')")
        }
        #expect(throws: ShellFailure.self) {
            try a.sqlite("INSERT INTO tags (prompt_id, tag) VALUES (x'\(prompt.id.hex)', 'again')")
        }
        #expect(try a.files(holding: Self.needle).isEmpty)
    }

    @Test("a row of purges that is written in the shell is carried out by the next command")
    func byShell() throws {
        try leak()
        try a.sqlite("INSERT INTO purges (prompt_id) SELECT id FROM prompts WHERE name LIKE 'p %'")
        try team.settle(a, b)
        try expectGone(a, b, server)
    }

    @Test("what is set aside of it goes too, and what waits to be applied")
    func orphansAndStaged() throws {
        try leak()
        // From a clock far ahead: set aside by whoever reads the file.
        let ahead = try Node(copyOf: a, "ahead", in: team.scratch)
        let fast = TestClock(team.clock.now + 10 * CollectionTerms.day)
        let library = Library(try Replica(path: ahead.path, Surroundings(clock: { fast.now })))
        try library.tag("p \(Self.needle)", ["far \(Self.needle)"])
        let recorder = Recorder()
        _ = try library.replica.export { recorder.content += $0 }
        let summary = try a.replica.join(ChangesetFile(recorder.content))
        #expect(summary.parked > 0)
        // A push that was cut after its first part.
        try b.library.tag("p \(Self.needle)", ["pushed \(Self.needle)"])
        let part = try #require(try b.replica.beginPush()?.nextPart())
        let replica = try b.replica.clientIdentity().replica
        try server.replica.stage(part.page, of: replica, push: replica.bytes, part: 0)
        #expect(try server.rows(of: "staged_parts") == 1)
        _ = try server.library.purge(server.library.promptToPurge("p \(Self.needle)"))
        #expect(try server.rows(of: "staged_parts") == 1)
        try team.settle(a, b)
        try expectGone(a, b, server)
    }

    @Test("where somebody reads the file, the rest is done later, and doctor says so")
    func reader() throws {
        try leak()
        let reading = Process()
        reading.executableURL = URL(filePath: "/usr/bin/env")
        reading.arguments = ["sqlite3", "-batch", a.path]
        let (input, output) = (Pipe(), Pipe())
        reading.standardInput = input
        reading.standardOutput = output
        try reading.run()
        input.fileHandleForWriting.write(Data("BEGIN; SELECT count(*) > 0 FROM prompts;\n".utf8))
        #expect(output.fileHandleForReading.availableData == Data("1\n".utf8))
        #expect(try !purge(on: a).isWiped)
        #expect(try a.replica.examine().map(\.kind) == [.purgedRemains])
        #expect(try !a.files(holding: Self.needle).isEmpty)
        try input.fileHandleForWriting.close()
        reading.waitUntilExit()
        try a.library.tag("harmless", ["written"])
        try expectGone(a)
    }

    @Test("files of a shared folder are written anew by whoever wrote them, on every stick")
    func sharedFolders() throws {
        try leak()
        let sticks = try ["one", "two"].map { name in
            let path = "\(team.scratch.path)/\(name)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            return path
        }
        let stranger = try team.node("stranger")
        for stick in sticks {
            for node in [a, stranger] { _ = try node.library.sync(through: SharedFolder(stick)) }
        }
        #expect(try stranger.library.list().items.count == 2)
        _ = try purge(on: a)
        for stick in sticks {
            for node in [a, stranger] { _ = try node.library.sync(through: SharedFolder(stick)) }
            for name in try files(in: stick) {
                let pages = try ChangesetFile(bytes(of: name)).pages.map { try ChangesetPage(encoded: $0) }
                let texts = pages.flatMap(\.batches).flatMap(\.rows).flatMap(\.values).compactMap(\.text)
                #expect(!texts.contains { $0.contains(Self.needle) })
            }
            #expect(try !files(in: stick).isEmpty)
        }
        try expectGone(a, stranger)
        #expect(try a.digest == stranger.digest)
        // What the stranger wrote last is read; then there is nothing left to do.
        _ = try a.library.sync(through: SharedFolder(sticks[0]))
        let again = try a.library.sync(through: SharedFolder(sticks[0]))
        #expect(again.filesWritten == 0 && again.filesRead == 0 && again.filesRemoved == 0)
    }

    private func files(in stick: String) throws -> [String] {
        let folder = "\(stick)/\(try team.workspace.hex)"
        return try FileManager.default.contentsOfDirectory(atPath: folder).map { "\(folder)/\($0)" }
    }

    private func bytes(of file: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: file))) }

    @Test("compacting gives back the space of what was collected, and loses nothing")
    func compact() throws {
        for number in 0..<40 {
            _ = try a.library.create(
                NewPrompt(name: "p\(number)", body: String(repeating: "text \(number) ", count: 2000)))
        }
        _ = try a.library.create(NewPrompt(name: "kept", body: "kept"))
        for number in 0..<40 { _ = try a.library.delete("p\(number)") }
        let digest = try a.digest
        #expect(try a.library.compact().collection.rows == 0)
        let outcome = try a.library.compact(retentionDays: 0)
        #expect(outcome.collection.tombstones == 40 && outcome.collection.rows == 120)
        #expect(outcome.bytesAfter * 2 < outcome.bytesBefore)
        #expect(try a.digest == digest && a.library.show("kept").body == "kept" && a.replica.examine().isEmpty)
    }
}
