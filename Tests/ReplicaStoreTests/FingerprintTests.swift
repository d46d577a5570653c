import Changesets
import Crypto
import Foundation
import ProtocolVectors
import ReplicaStore
import Testing

/// What travels can't change unnoticed: the messages and the synced tables have fingerprints, which
/// versioning.md records beside the versions.
@Suite("Fingerprints of the wire schema")
struct FingerprintTests {
    @Test("of the messages")
    func messages() throws {
        let proto = try text("offbook.proto")
        let words = proto.split(separator: "\n").flatMap { line in
            (line.range(of: "//").map { line[..<$0.lowerBound] } ?? line).split { $0.isWhitespace }
        }
        try expect(words.joined(separator: " "), "the messages of offbook.proto", "protocol")
    }

    @Test("of the synced tables: columns, rules, kinds, defaults and roots")
    func tables() throws {
        let scratch = try Scratch()
        let node = try Node("a", workspace: .uuid7(at: 1), in: scratch)
        let columns = try node.query(
            """
            SELECT m.name, p.name, p.type, p."notnull", coalesce(p.dflt_value, 'NULL')
            FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table'
            """)
        let kinds = Dictionary(
            columns.map { ("\($0[0]).\($0[1])", try? Self.kind($0)) }, uniquingKeysWith: { first, _ in first })
        let tables = SyncedTables.shipped.all.sorted { $0.name < $1.name }
        let lines = try tables.flatMap { table in
            [Self.line(of: table)]
                + (try table.shape.columns.map { column in
                    let kind = try #require(kinds["\(table.name).\(column.name)"] ?? nil)
                    return Self.line(of: column) + " " + kind
                })
        }
        try expect(lines.map { $0 + "\n" }.joined(), "the synced tables", "schema")
    }

    private static func line(of table: SyncedTable) -> String {
        let kind = table.shape.isAppendOnly ? "append-only" : table.isImmutable ? "immutable" : "mutable"
        let root = table.root.map { "\($0.table).\($0.column)" } ?? "-"
        return "table \(table.name) \(kind) \(table.idLength) \(root)"
    }

    private static func line(of column: TableShape.Column) -> String {
        let rule = column.rule == .latest ? "latest" : "earliest"
        return "column \(column.name) \(rule) \(column.isJournalled ? "journalled" : "silent")"
    }

    /// Kind, whether it is required, and the default's canonical bytes.
    private static func kind(_ column: [String]) throws -> String {
        let literal = column[4]
        let fallback: Value =
            if let integer = Int64(literal) {
                .integer(integer)
            } else if literal == "NULL" {
                .null
            } else if literal == "x''" {
                .blob([])
            } else {
                .text(String(literal.dropFirst().dropLast()))
            }
        return "\(column[2]) \(column[3] == "1" ? "required" : "null") \(hexadecimal(fallback.canonicalBytes))"
    }

    private func text(_ file: String) throws -> String {
        try String(contentsOf: VectorFolder.syncProtocol.appending(component: file), encoding: .utf8)
    }

    private func expect(_ content: String, _ what: String, _ version: String) throws {
        let fingerprint = hexadecimal(SHA256.hash(data: Data(content.utf8)))
        let isRecorded = try text("versioning.md").contains(fingerprint)
        #expect(
            isRecorded,
            """
            \(what) changed. Where an older peer would misunderstand the change, raise the \(version) version; \
            else leave it. Either way bring model.md or changeset.md up to date, and write the new fingerprint, \
            \(fingerprint), into versioning.md, section 6, in place of the one that is there.
            """)
    }
}

extension Node {
    /// The rows of a query by the plain sqlite3 shell.
    func query(_ sql: String) throws -> [[String]] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sqlite3", "-separator", "\u{1F}", path, sql]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").map { $0.components(separatedBy: "\u{1F}") }
    }
}
