import Changesets
import Foundation
import PromptLibrary
import Schema
import Testing

/// `schema/replica.dump.sql` shows what all migrations together make, triggers included.
@Suite("The schema dump")
struct SchemaDumpTests {
    /// Set to write the dump instead of comparing it.
    private static let isRecording = ProcessInfo.processInfo.environment["OFFBOOK_RECORD"] != nil

    private static let schema = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(components: "..", "..", "schema")

    private func dump(_ path: String) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "sqlite3", path,
            "SELECT sql || ';' || char(10) FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
                + "ORDER BY tbl_name, type = 'trigger', type = 'index', name",
        ]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text
    }

    @Test("is what a new replica has; set OFFBOOK_RECORD to write it anew")
    func replica() throws {
        let scratch = try Scratch()
        let node = try Node("a", workspace: .uuid7(at: 1), in: scratch)
        try expect(try dump(node.path), in: "replica.dump.sql")
    }

    @Test("of the directory is what its migrations make")
    func directory() throws { try expect(Schema.directory, in: "directory.dump.sql") }

    @Test("of the ledger is what its migrations make")
    func ledger() throws { try expect(Schema.ledger, in: "ledger.dump.sql") }

    @Test("of the log of messages is what its migrations make")
    func messages() throws { try expect(Schema.messages, in: "messages.dump.sql") }

    private func expect(_ migrations: [Schema.Migration], in file: String) throws {
        let scratch = try Scratch()
        let path = "\(scratch.path)/made.sqlite"
        // From a file: on the command line, SQL that begins with a comment is taken for an option.
        let script = "\(scratch.path)/made.sql"
        try migrations.map(\.sql).joined().write(toFile: script, atomically: true, encoding: .utf8)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sqlite3", "-bail", path, ".read \(script)"]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        try expect(try dump(path), in: file)
    }

    private func expect(_ dump: String, in file: String) throws {
        let url = Self.schema.appending(component: file)
        #expect(dump.contains("CREATE TABLE"))
        if Self.isRecording { return try dump.write(to: url, atomically: true, encoding: .utf8) }
        #expect(try dump == String(contentsOf: url, encoding: .utf8))
    }
}
