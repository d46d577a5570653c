import Changesets
import Foundation
import PromptLibrary
import ProtocolVectors
import ReplicaStore
import Testing

/// `sync-protocol/vectors/libraries`: whole libraries as files, and the digests of what they show.
/// Files of earlier versions stay, and are read for ever. OFFBOOK_RECORD makes the one of this
/// version where there is none.
@Suite("Library vectors")
struct LibraryVectorTests {
    struct Content: Codable {
        var digest: String
        var rows: [String: Int]
    }

    init() throws {
        guard ProcessInfo.processInfo.environment["OFFBOOK_RECORD"] != nil else { return }
        try recordMissing("schema-\(Replica.schemaVersion)", record)
        try recordMissing("newer-than-schema-\(Replica.schemaVersion)", recordNewer)
    }

    private func recordMissing(_ name: String, _ record: (String) throws -> Void) throws {
        let url = VectorFolder.url.appending(path: "libraries/\(name).offbook")
        if !FileManager.default.fileExists(atPath: url.path()) { try record(name) }
    }

    @Test("a file is joined into an empty library, and shows what it must")
    func files() throws {
        let files = try VectorFolder.files("libraries", "offbook")
        #expect(!files.isEmpty)
        for file in files {
            let wanted = try JSONDecoder().decode(
                Content.self, from: Data(contentsOf: file.deletingPathExtension().appendingPathExtension("json")))
            let changeset = try ChangesetFile([UInt8](Data(contentsOf: file)))
            let scratch = try Scratch()
            let reader = try Node("reader", workspace: changeset.header.workspace, in: scratch)
            #expect(try reader.replica.join(changeset).denied.isEmpty)
            #expect(try reader.digest == wanted.digest, "\(file.lastPathComponent)")
            #expect(try rows(changeset) == wanted.rows, "\(file.lastPathComponent)")
        }
    }

    private func rows(_ file: ChangesetFile) throws -> [String: Int] {
        var rows: [String: Int] = [:]
        for batch in try file.pages.flatMap({ try ChangesetPage(encoded: $0).batches }) {
            rows[batch.table, default: 0] += batch.rows.count
        }
        return rows
    }

    private func record(_ name: String) throws {
        let scratch = try Scratch()
        let a = try Node("a", workspace: .uuid7(at: 1_800_000_000_000), in: scratch)
        let b = try Node("b", workspace: try a.library.status().workspace, in: scratch)
        try quarrel(a, b)
        try write(a, name)
    }

    /// What two newer nodes made, in a quarrel of their own, as an older one passes it on.
    private func recordNewer(_ name: String) throws {
        let scratch = try Scratch()
        let a = try Node("a", workspace: .uuid7(at: 1_800_000_000_000), in: scratch, schema: .later)
        let b = try Node("b", workspace: try a.library.status().workspace, in: scratch, schema: .later)
        let older = try Node("c", workspace: try a.library.status().workspace, in: scratch)
        for name in ["greeting", "farewell"] { _ = try a.library.create(NewPrompt(name: name, body: "one")) }
        try a.note("a note of a", .uuid7(at: 10), on: "greeting")
        _ = try b.replica.join(a.exported())
        try a.rate("greeting", 1)
        b.clock.now += 5
        try b.rate("greeting", 5)
        _ = try b.library.delete("farewell")
        let reading: [String: Value] = ["kind": .text("read"), "value": .real(0.5)]
        try b.replica.write { try $0.insert(into: .readings, .uuid7(at: 11), reading) }
        for node in [a, b] { _ = try older.replica.join(node.exported()) }
        try older.library.tag("greeting", ["polite"])
        try write(older, name)
    }

    private func write(_ a: Node, _ name: String) throws {
        let bytes = Recorder()
        _ = try a.replica.export { bytes.content += $0 }
        let content = Content(digest: try a.digest, rows: try rows(ChangesetFile(bytes.content)))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let url = VectorFolder.url.appending(path: "libraries/\(name)")
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes.content).write(to: url.appendingPathExtension("offbook"))
        try (encoder.encode(content) + [0x0A]).write(to: url.appendingPathExtension("json"))
    }

    /// Two nodes that edit, rename and delete the same prompts, and meet at last.
    private func quarrel(_ a: Node, _ b: Node) throws {
        for name in ["greeting", "farewell", "gone"] { _ = try a.library.create(NewPrompt(name: name, body: "one")) }
        try a.library.tag("greeting", ["polite"])
        for group in ["first", "dissolved"] {
            _ = try a.library.createGroup(group)
            try a.library.place("greeting", in: group, .last)
        }
        _ = try b.replica.join(a.exported())
        _ = try a.library.save("two of a", from: a.library.editBase("greeting"))
        try a.library.rename("farewell", to: "farewell of a")
        _ = try a.library.delete("gone")
        try a.library.deleteGroup("dissolved")
        b.clock.now += 5
        _ = try b.library.save("two of b", from: b.library.editBase("greeting"))
        try b.library.rename("farewell", to: "farewell of b")
        _ = try a.replica.join(b.exported())
        _ = try b.replica.join(a.exported())
        _ = try a.library.create(NewPrompt(name: "hidden", body: "Its version is there, and does not show."))
        try a.library.tag("hidden", ["unseen"])
        _ = try a.library.delete("hidden")
        _ = try a.replica.join(b.exported())
    }
}
