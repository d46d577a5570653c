import Changesets
import Foundation
import ProtocolVectors
import Testing

/// `sync-protocol/vectors`: changeset files that every implementation must read alike, and files that
/// every implementation must refuse. Set OFFBOOK_RECORD to write them anew.
@Suite("Protocol vectors")
struct VectorTests {
    init() throws {
        if ProcessInfo.processInfo.environment["OFFBOOK_RECORD"] != nil {
            try VectorMaker(folder: VectorFolder.url).run()
        }
    }

    @Test("valid files read as the text beside them says")
    func valid() throws {
        let files = try VectorFolder.files("valid", "offbook")
        #expect(files.count >= 3)
        for file in files {
            let text = try String(
                contentsOf: file.deletingPathExtension().appendingPathExtension("txt"), encoding: .utf8)
            #expect(
                try VectorText.of(ChangesetFile([UInt8](Data(contentsOf: file)))) == text, "\(file.lastPathComponent)")
        }
    }

    /// The file's name begins with the error: `truncated-at-40.offbook`.
    @Test(
        "files that can't be taken are refused, with the error that their name begins with",
        arguments: ["invalid", "crashers"])
    func refused(folder: String) throws {
        let files = try VectorFolder.files(folder, "offbook")
        #expect(files.count >= 10)
        for file in files {
            #expect("\(file.lastPathComponent)") {
                let changeset = try ChangesetFile([UInt8](Data(contentsOf: file)))
                for page in changeset.pages { _ = try ChangesetPage(encoded: page) }
            } throws: {
                file.lastPathComponent.hasPrefix(VectorText.name(of: $0))
            }
        }
    }
}

/// A changeset as text, every value and clock in it.
enum VectorText {
    private static func line(of shape: TableShape) -> String {
        let columns = shape.columns.map { column in
            column.name + (column.rule == .earliest ? " earliest" : "") + (column.isJournalled ? "" : " silent")
        }
        return "  \(shape.name) (\(columns.joined(separator: ", ")))" + (shape.isAppendOnly ? " append-only" : "")
    }

    static func of(_ file: ChangesetFile) throws -> String {
        let header = file.header
        var lines = [
            "schema \(header.schemaVersion) workspace \(header.workspace) “\(header.workspaceName)” replica \(header.replica.rowID) "
                + "“\(header.nodeName)” seq \(header.seq) nonce \(hexadecimal(header.nonce)) since \(header.since) next \(header.next)"
                + (header.publicKey.isEmpty ? "" : " signed \(hexadecimal(header.publicKey))")
        ]
        for page in file.pages {
            lines.append("page")
            for batch in try ChangesetPage(encoded: page).batches {
                lines.append(line(of: batch.shape))
                lines += batch.rows.flatMap(text)
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ row: RowState) -> [String] {
        let clock = row.clock
        let columns = clock.columns.all(row.values.count).map { $0.map(text) ?? "-" }
        return [
            "    \(row.id) \(clock.isAlive ? "alive" : "dead")",
            "      values \(row.values.map { hexadecimal($0.canonicalBytes) }.joined(separator: " "))",
            "      edits \(text(clock.edits)) deletes \(text(clock.deletes)) deletion \(clock.deletion.map(text) ?? "-")",
            "      stamps \(columns.joined(separator: " "))",
        ]
    }

    private static func text(_ vector: VersionVector) -> String {
        "{" + vector.entries.map(text).joined(separator: " ") + "}"
    }

    private static func text(_ dot: Dot) -> String { "\(dot.replica.rowID.hex.suffix(2)):\(dot.seq)" }

    private static func text(_ stamp: Stamp) -> String { "\(stamp.time.rawValue)@\(text(stamp.dot))" }

    static func name(of error: any Error) -> String {
        switch error as? ChangesetError {
        case .truncated: "truncated"
        case .malformed: "malformed"
        case .notAChangeset: "not-a-changeset"
        case .checksumMismatch: "checksum-mismatch"
        case .wrongSignature: "wrong-signature"
        case .tooNew: "too-new"
        case .overLimit: "over-limit"
        case nil: "another-error"
        }
    }
}
