import Changesets
import Testing

private struct Numbering: ReplicaNumbering {
    var replicas: [ReplicaID] = []

    mutating func number(of replica: ReplicaID) -> UInt64 {
        if let place = replicas.firstIndex(of: replica) { return UInt64(place) }
        replicas.append(replica)
        return UInt64(replicas.count - 1)
    }

    func replica(numbered number: UInt64) throws(ChangesetError) -> ReplicaID {
        guard number < UInt64(replicas.count) else { throw .malformed("a number") }
        return replicas[Int(number)]
    }
}

@Suite("Coding of clocks, pages and files")
struct CodingTests {
    @Test("a packed clock is the clock again, and small for one writer", arguments: UInt64(0)..<200)
    func clocks(seed: UInt64) throws {
        for state in RowHistory(replicas: 4, seed: seed, steps: 20).seen {
            var numbering = Numbering()
            let packed = try state.clock.packed(&numbering)
            #expect(try RowClock(packed: packed[...], numbering) == state.clock)
        }
        let stamp = Stamp(
            time: HybridTime(milliseconds: 1_800_000_000_000), dot: Dot(replica: testReplica(1), seq: 100))
        var numbering = Numbering()
        #expect(try RowClock(insertedBy: stamp, columns: 12).packed(&numbering).count <= 13)
    }

    private func page(_ seed: UInt64) -> ChangesetPage {
        var generator = SeededGenerator(seed: seed)
        let rows = RowHistory(replicas: 3, seed: seed, steps: 15).seen.map { state in
            var row = state
            row.id = RowID((0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }) ?? row.id
            row.values = (0..<4).map { _ in Self.value(&generator) }
            return row
        }
        return ChangesetPage(batches: [
            RowBatch(table: "things", columns: ["name", "colour", "first", "made"], rows: rows)
        ])
    }

    private static func value(_ generator: inout SeededGenerator) -> Value {
        let bytes = (0..<Int.random(in: 0..<20, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        return switch Int.random(in: 0..<5, using: &generator) {
        case 0: .null
        case 1: .integer(Int64.random(in: .min ... .max, using: &generator))
        case 2: .real(Double.random(in: -1e9...1e9, using: &generator))
        case 3: .text(bytes[...])
        default: .blob(bytes[...])
        }
    }

    @Test("a page is the same again, invalid UTF-8 included", arguments: UInt64(0)..<100)
    func pages(seed: UInt64) throws {
        let page = page(seed)
        #expect(try ChangesetPage(encoded: page.encoded()[...]) == page)
    }

    @Test("bytes that were changed or cut are refused or read, and never trap", arguments: UInt64(0)..<60)
    func damagedPages(seed: UInt64) throws {
        let bytes = try page(seed).encoded()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<50 {
            var damaged = bytes
            damaged[Int.random(in: 0..<damaged.count, using: &generator)] ^= UInt8.random(
                in: 1...255, using: &generator)
            _ = try? ChangesetPage(encoded: damaged[...])
            _ = try? ChangesetPage(encoded: damaged.prefix(Int.random(in: 0..<damaged.count, using: &generator)))
        }
        // Past the compression, where the messages themselves are damaged.
        let inflated = try Zlib.inflated(bytes[...], atMost: 1 << 20)
        for _ in 0..<200 {
            var damaged = inflated
            damaged[Int.random(in: 0..<damaged.count, using: &generator)] ^= UInt8.random(
                in: 1...255, using: &generator)
            _ = try? ChangesetPage(encoded: Zlib.deflated(damaged)[...])
        }
    }

    @Test("a page that inflates to more than is allowed is refused")
    func bomb() {
        let bomb = Zlib.deflated([UInt8](repeating: 0, count: ChangesetLimits.inflatedPageBytesMax + 1), level: 9)
        #expect(throws: ChangesetError.self) { try ChangesetPage(encoded: bomb[...]) }
    }

    private func file() throws -> [UInt8] {
        let header = ChangesetFile.Header(
            schemaVersion: 1, workspace: RowHistory.row, workspaceName: "Team", replica: testReplica(1),
            nodeName: "alice",
            seq: 7, nonce: [1, 2, 3], since: 0, next: 40)
        let bytes = Recorder()
        var writer = try ChangesetFileWriter(header) { bytes.content += $0 }
        try writer.append(page(1))
        try writer.append(page(2))
        try writer.finish()
        return bytes.content
    }

    private final class Recorder { var content: [UInt8] = [] }

    @Test("a file is the same again")
    func files() throws {
        let file = try ChangesetFile(try file())
        #expect(file.header.nodeName == "alice")
        #expect(try file.pages.map { try ChangesetPage(encoded: $0) } == [page(1), page(2)])
    }

    @Test("a file that is cut anywhere is said to be cut, one that is changed anywhere to be damaged")
    func damagedFiles() throws {
        let bytes = try file()
        for length in stride(from: 10, to: bytes.count, by: 7) {
            #expect(throws: ChangesetError.truncated) { try ChangesetFile(Array(bytes.prefix(length))) }
        }
        for place in stride(from: 14, to: bytes.count, by: 5) {
            var damaged = bytes
            damaged[place] ^= 0x40
            #expect(throws: ChangesetError.self) { try ChangesetFile(damaged) }
        }
        var newer = bytes
        newer[9] = 9
        #expect(throws: ChangesetError.tooNew("file format 9")) { try ChangesetFile(newer) }
        #expect(throws: ChangesetError.notAChangeset) { try ChangesetFile(Array("act,prompt\n".utf8)) }
    }

    @Test("ids and derived ids are as the specification has them")
    func identifiers() throws {
        let id = RowID.uuid7(at: 0x0123_4567_89AB)
        #expect(id.hex.hasPrefix("0123456789ab7"))
        #expect(RowID(hex: id.hex) == id)
        #expect(RowID(hex: "0123") == nil)
        #expect(RowID([1, 2, 3]) == nil)
        let derived = RowID.derived(table: "tags", key: [[1], [2]])
        #expect(derived != .derived(table: "tags", key: [[1, 2], []]))
        #expect(derived.bytes[6] >> 4 == 8)
        #expect(derived.bytes[8] >> 6 == 2)
    }

    @Test("the clock never goes back, and carries")
    func hybridTime() {
        let now = HybridTime(milliseconds: 1000)
        #expect(now.next(now: 900) == HybridTime(rawValue: now.rawValue + 1))
        #expect(now.next(now: 2000) == HybridTime(milliseconds: 2000))
        let full = HybridTime(milliseconds: 1000, counter: .max)
        #expect(full.next(now: 0).milliseconds == 1001)
        #expect(HybridTime(rawValue: .max).next(now: 0) == HybridTime(rawValue: .max))
    }
}
