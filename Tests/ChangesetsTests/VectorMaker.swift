import Changesets
import Crypto
import Foundation

/// Writes the protocol vectors. What it makes depends on nothing but this code.
struct VectorMaker {
    let folder: URL

    func run() throws {
        for (name, pages) in try valid() { try writeValid(file(pages), name) }
        for (name, bytes) in try invalid() { try write(bytes, "invalid/\(name).offbook") }
        let signed = try SignedFiles(
            signed: file([page([row(1, [.text("name"), .null, .null, .null])])], by: SignedFiles.key))
        try writeValid(signed.whole, "signed")
        for (name, bytes) in try signed.damaged() { try write(bytes, "invalid/\(name).offbook") }
        let empty = try file([])
        for (name, page) in EdgePages.all { try writeValid(sealed(framed(empty, page)), name) }
        for (name, page) in CrasherPages.all { try write(sealed(framed(empty, page)), "crashers/\(name).offbook") }
        for (name, bytes) in crasherFiles(empty) { try write(bytes, "crashers/\(name).offbook") }
    }

    /// A file of the usual header and one page.
    static func file(page: [UInt8]) throws -> [UInt8] {
        let maker = VectorMaker(folder: URL(filePath: "/"))
        return maker.sealed(maker.framed(try maker.file([]), page))
    }

    private func writeValid(_ bytes: [UInt8], _ name: String) throws {
        try write(bytes, "valid/\(name).offbook")
        try write(Array(VectorText.of(ChangesetFile(bytes)).utf8), "valid/\(name).txt")
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        let url = folder.appending(path: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    private func valid() throws -> [(String, [ChangesetPage])] {
        let histories = (UInt64(1)...6).map { RowHistory(replicas: 3, seed: $0, steps: 25).seen }
        return [
            ("empty", []),
            ("one-writer", [page([row(1, [.text("name"), .null, .integer(-5), .blob([0, 255])])])]),
            ("several-writers-and-deletes", histories.map { page($0) }),
            (
                "bytes-that-are-not-utf-8",
                [page([row(2, [.text([0xFF, 0x00, 0x80]), .text(""), .blob([]), .real(-0.0)])])]
            ),
            ("imported", [page([imported()])]),
        ]
    }

    private func row(_ seq: UInt64, _ values: [Value]) -> RowState {
        let stamp = Stamp(
            time: HybridTime(milliseconds: 1_800_000_000_000), dot: Dot(replica: testReplica(1), seq: seq))
        return RowState(id: RowHistory.row, clock: RowClock(insertedBy: stamp, columns: 4), values: values)
    }

    private func imported() -> RowState {
        let stamp = Stamp(time: .zero, dot: Dot(replica: testReplica(2), seq: 3))
        return RowState(
            id: RowHistory.row, clock: RowClock(insertedBy: stamp, columns: 4),
            values: [.text("imported"), .null, .integer(.max), .integer(.min)])
    }

    private func page(_ rows: [RowState]) -> ChangesetPage {
        ChangesetPage(batches: [RowBatch(table: "things", columns: ["name", "colour", "first", "made"], rows: rows)])
    }

    private func file(_ pages: [ChangesetPage], by key: SigningKey? = nil) throws -> [UInt8] {
        let header = ChangesetFile.Header(
            schemaVersion: 1, workspace: RowHistory.row, workspaceName: "Team", replica: testReplica(1),
            nodeName: "alice",
            seq: 7, nonce: [1, 2, 3, 4, 5, 6, 7, 8], since: 0, next: 40)
        let bytes = Recorder()
        var writer = try ChangesetFileWriter(header, signedBy: key) { bytes.content += $0 }
        for page in pages { try writer.append(page) }
        try writer.finish()
        return bytes.content
    }

    private final class Recorder { var content: [UInt8] = [] }

    private func invalid() throws -> [(String, [UInt8])] {
        let whole = try file([page([row(1, [.text("name"), .null, .null, .null])])])
        var flipped = whole
        flipped[whole.count / 2] ^= 1
        var badSum = whole
        badSum[whole.count - 1] ^= 1
        var newer = whole
        newer[9] = 2
        return [
            ("not-a-changeset-but-csv", Array("act,prompt\nname,text\n".utf8)),
            ("not-a-changeset-but-empty", []),
            ("truncated-after-the-magic", Array(whole.prefix(12))),
            ("truncated-in-the-middle", Array(whole.prefix(whole.count / 2))),
            ("truncated-by-one-byte", Array(whole.dropLast())),
            ("checksum-mismatch-one-bit-of-the-content", flipped),
            ("checksum-mismatch-one-bit-of-the-sum", badSum),
            ("too-new-format-2", newer),
            ("malformed-bytes-after-the-last-page", sealed(whole.dropLast(32) + [0])),
            ("malformed-header", sealed(whole.prefix(10) + [0, 0, 0, 1, 0xFF, 0, 0, 0, 0])),
            ("malformed-page-not-zlib", sealed(framed(whole, [1, 2, 3, 4]))),
            ("malformed-page-not-protobuf", sealed(framed(whole, Zlib.deflated([0xFF, 0xFF, 0xFF])))),
            ("over-limit-inflated", sealed(framed(whole, bomb()))),
        ]
    }

    /// Files whose frames or header hurt.
    private func crasherFiles(_ empty: [UInt8]) -> [(String, [UInt8])] {
        let start = Array(empty.prefix(10))
        let head = Array(empty.dropLast(36))
        let id = [UInt8](repeating: 7, count: 16)
        let header = RawMessage().bytes(2, id).bytes(4, id)
        let file = { (header: RawMessage) in
            sealed(start + u32(header.bytes.count) + header.bytes + [0, 0, 0, 0])
        }
        return [
            ("truncated-header-of-2-to-the-32", sealed(start + [255, 255, 255, 255])),
            ("truncated-without-a-header", sealed(start)),
            ("truncated-without-an-end", sealed(head)),
            ("truncated-page-of-4-mib-claimed", sealed(head + u32(4 << 20))),
            ("over-limit-page-of-2-to-the-32", sealed(head + [255, 255, 255, 255])),
            ("over-limit-page-of-4-mib-and-1", sealed(head + u32(4 << 20 + 1))),
            ("malformed-format-0", sealed(start.dropLast() + [0] + empty.dropFirst(10).dropLast(32))),
            ("malformed-header-without-ids", file(RawMessage())),
            ("malformed-header-id-of-32-bytes", file(RawMessage().bytes(2, id + id).bytes(4, id))),
            ("malformed-header-position-2-to-the-63", file(header.number(9, 1 << 63))),
            ("malformed-header-seq-2-to-the-63", file(header.number(6, 1 << 63))),
            ("malformed-header-name-not-utf-8", file(header.bytes(5, [0xFF]))),
            ("malformed-header-groups", file(header.raw([UInt8](repeating: 0x7B, count: 100_000)))),
        ]
    }

    private func u32(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: number).bigEndian) { Array($0) }
    }

    /// Small when compressed, twice.
    private func bomb() -> [UInt8] {
        Zlib.deflated([UInt8](repeating: 0, count: ChangesetLimits.inflatedPageBytesMax + 1), level: 9)
    }

    /// The whole file's header with one page of these bytes.
    private func framed(_ whole: [UInt8], _ page: [UInt8]) -> [UInt8] {
        let headerLength = whole[10..<14].reduce(0) { $0 << 8 | Int($1) }
        let length = u32(page.count)
        return Array(whole.prefix(14 + headerLength)) + length + page + [0, 0, 0, 0]
    }

    private func sealed(_ content: some Collection<UInt8>) -> [UInt8] { SignedFiles.sealed(content) }
}
