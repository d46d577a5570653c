import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// What is kept of a newer schema, where things go wrong: limits, clocks, refusals, copies, damage.
@Suite("Rows and columns of a newer schema")
struct KeptRowTests {
    let scratch: Scratch
    let workspace = RowID.uuid7(at: 1)
    let time = TestClock()
    let a, old, server: Node

    init() throws {
        scratch = try Scratch()
        a = try Node("a", workspace: workspace, in: scratch, clock: time, schema: .later)
        old = try Node("c", workspace: workspace, in: scratch, clock: time)
        server = try Node("server", workspace: workspace, in: scratch, clock: time)
    }

    private func settle(_ nodes: Node...) throws {
        for _ in 0..<3 { for node in nodes { try sync(node, with: server) } }
    }

    private func fill() throws {
        _ = try a.library.create(NewPrompt(name: "p", body: "text"))
        try a.rate("p", 5)
        try a.note("on p", .uuid7(at: 10), on: "p")
    }

    private let id = RowID.uuid7(at: 9)
    private let stamp = Stamp(time: HybridTime(milliseconds: 5), dot: Dot(replica: .random(), seq: 1))

    private func join(_ batches: RowBatch..., to node: Node) throws -> ApplySummary {
        try join(batches, to: node)
    }

    private func join(_ batches: [RowBatch], to node: Node) throws -> ApplySummary {
        var header = try node.exported().header
        header.replica = .random()
        let bytes = Recorder()
        var writer = try ChangesetFileWriter(header) { bytes.content += $0 }
        try writer.append(ChangesetPage(batches: batches))
        try writer.finish()
        return try node.replica.join(try ChangesetFile(bytes.content))
    }

    private func row(_ table: String, columns: Int, _ value: Value = .integer(1), prefix: String = "c") -> RowBatch {
        let names = (0..<columns).map { "\(prefix)\($0)" }
        let state = RowState(
            id: id, clock: RowClock(insertedBy: stamp, columns: columns),
            values: names.map { _ in value })
        return RowBatch(table: table, columns: names, rows: [state])
    }

    @Test("a row of more columns than a page can hold is refused, whether it comes so or would become so")
    func width() throws {
        #expect(try join(row("widgets", columns: 64), to: old).denied.isEmpty)
        let more = try join(row("widgets", columns: 1, prefix: "d"), to: old).denied
        #expect(more.first?.reason.contains("64 columns") == true)
        let known = SyncedTable.tags.columns.count
        #expect(try join(row("tags", columns: 65 - known), to: old).denied.count == 1)
        #expect(try join(row("tags", columns: 64 - known), to: old).denied.isEmpty)
        #expect(try old.exported().pages.count > 0)
        #expect(try old.replica.examine().isEmpty)
    }

    @Test("a table or column whose name is too long, empty or not printable is refused with its page")
    func names() throws {
        let long = String(repeating: "n", count: 200)
        #expect(try join(row(long, columns: 1, prefix: "column"), to: old).denied.isEmpty)
        for name in [long + "n", "", "a b", "tab\u{1B}[2J", "naïve"] {
            #expect(throws: ChangesetError.self) { try join(row(name, columns: 1), to: old) }
            #expect(throws: ChangesetError.self) { try join(row("tags", columns: 1, prefix: name + " "), to: old) }
        }
    }

    @Test("a value that SQLite can't hold, and a clock of the other kind, are refused in what is not known too")
    func values() throws {
        #expect(try join(row("widgets", columns: 1, .real(.nan)), to: old).denied.count == 1)
        #expect(try join(row("tags", columns: 1, .real(.nan)), to: old).denied.count == 1)
        let batch = row("widgets", columns: 1)
        let shape = TableShape(name: "widgets", columns: batch.shape.columns, isAppendOnly: true)
        #expect(try join(RowBatch(shape, rows: batch.rows), to: old).denied.count == 1)
        for value in [Value.null, .real(-0.0), .text([0xFF, 0]), .blob([]), .integer(.min)] {
            let node = try Node("n\(value)".filter(\.isLetter), workspace: workspace, in: scratch)
            #expect(try join(row("widgets", columns: 1, value), to: node).denied.isEmpty)
            let kept = try node.exported().pages.flatMap { try ChangesetPage(encoded: $0).batches }
            #expect(kept.first { $0.table == "widgets" }?.rows.first?.values == [value])
        }
    }

    @Test("a batch that has not all of our columns is checked for those that it has")
    func knownColumnsAreChecked() throws {
        let columns = [TableShape.Column("rating"), .init("name")]
        let state = RowState(
            id: .uuid7(at: 9), clock: RowClock(insertedBy: stamp, columns: 2), values: [.integer(1), .integer(2)])
        let denied = try join(RowBatch(TableShape(name: "prompts", columns: columns), rows: [state]), to: old).denied
        #expect(denied.first?.reason == "its name is not TEXT")
    }

    @Test("a rating from a clock that is ahead is stamped anew by the older node that brings it")
    func restamped() throws {
        try fill()
        let ahead = try Node(
            "ahead", workspace: workspace, in: scratch, clock: TestClock(time.now + 3_600_000), schema: .later)
        _ = try ahead.replica.join(a.exported())
        try ahead.rate("p", 1)
        #expect(try old.replica.join(ahead.exported()).denied.isEmpty)
        #expect(try sync(old, with: server).wasRestamped)
        try settle(old, a)
        #expect(try a.rating(of: "p") == "1")
        time.now += 10_000
        try a.rate("p", 4)
        try settle(a, old)
        let upgraded = try Node(upgrading: old, to: .later)
        #expect(try upgraded.rating(of: "p") == "4")
        #expect(try upgraded.digest == a.digest)
    }

    @Test("a parked row with a column that is not known waits for the upgrade, and is whole then")
    func parked() throws {
        try fill()
        _ = try old.replica.join(a.exported())
        let ahead = try Node(
            "ahead", workspace: workspace, in: scratch, clock: TestClock(time.now + 10 * 86_400_000), schema: .later)
        _ = try ahead.replica.join(a.exported())
        try ahead.rate("p", 1)
        #expect(try old.replica.join(ahead.exported()).parked > 0)
        #expect(throws: ReplicaError.self) { try old.library.acceptOrphans(nil) }
        #expect(try !old.library.orphans().items.isEmpty)
        let upgraded = try Node(upgrading: old, to: .later)
        _ = try upgraded.library.acceptOrphans(nil)
        #expect(try upgraded.rating(of: "p") == "1")
    }

    @Test("what an older server refuses goes to its author's orphans with all its columns")
    func denied() throws {
        try fill()
        try settle(a)
        try a.sqlite(
            "INSERT INTO versions (id, prompt_id, body, language) SELECT zeroblob(32), id, 'forged', 'de' FROM prompts")
        #expect(try sync(a, with: server).denials.map(\.table) == ["versions"])
        #expect(try a.library.orphans().items.first?.values["language"] == "de")
        try settle(a, old)
        try expectSound()
    }

    @Test("a library that moves into another workspace takes along what it keeps")
    func adopted() throws {
        try fill()
        _ = try old.replica.join(a.exported())
        let other = try Node("other", workspace: .uuid7(at: 2), in: scratch, clock: time)
        try old.replica.retire(into: other.replica)
        let upgraded = try Node(upgrading: other, to: .later)
        #expect(try upgraded.rating(of: "p") == "5")
        #expect(try upgraded.notes() == ["on p"])
    }

    @Test("a copy of an older node takes an id of its own, and keeps what it keeps")
    func copied() throws {
        try fill()
        _ = try old.replica.join(a.exported())
        let copy = try Node(copyOf: old, "copy", in: scratch)
        try copy.library.rename("p", to: "q")
        try settle(copy, a)
        #expect(try a.rating(of: "q") == "5")
        #expect(try Node(upgrading: copy, to: .later).digest == a.digest)
    }

    @Test("a later node of an older backup finds its own newer work with others, and takes it")
    func restoredFromBeforeItsUpgrade() throws {
        try fill()
        _ = try old.replica.join(a.exported())
        let backup = try old.indistinguishableCopy("backup", in: scratch)
        let upgraded = try Node(upgrading: old, to: .later)
        try upgraded.rate("p", 2)
        try settle(upgraded, backup, upgraded)
        try backup.library.rename("p", to: "q")
        try settle(backup, upgraded, a)
        #expect(try a.rating(of: "q") == "2")
        #expect(try a.digest == upgraded.digest)
    }

    @Test("values of columns that are lost are found, and come back from the server")
    func lost() throws {
        try fill()
        try settle(a, old)
        try old.sqlite("DELETE FROM kept_columns WHERE name IN ('rating', 'text')")
        let found = try old.replica.mend()
        #expect(Set(found.map(\.kind)) == [.keptColumns])
        try settle(old)
        try expectSound()
        #expect(try Node(upgrading: old, to: .later).digest == a.digest)
    }

    @Test("what is purged is gone from an older node too, with its columns and rows of tables that only others know")
    func purged() throws {
        let secret = "hunter2needle"
        try fill()
        try a.note("note \(secret)", .uuid7(at: 11), on: "p")
        try a.sqlite("UPDATE notes SET text = text || ' of \(secret)'")
        _ = try a.library.create(NewPrompt(name: "harmless", body: "nothing"))
        try a.note("harmless note", .uuid7(at: 12), on: "harmless")
        try settle(a, old)
        #expect(try !old.files(holding: secret).isEmpty && !server.files(holding: secret).isEmpty)
        // Somebody writes on, who does not know yet.
        try a.note("late \(secret)", .uuid7(at: 13), on: "p")
        _ = try old.library.purge(old.library.promptToPurge("p"), reason: "it had the key")
        #expect(try old.files(holding: secret).isEmpty)
        try settle(old, a, old)
        for node in [a, old, server] { #expect(try node.files(holding: secret).isEmpty, "\(node.path)") }
        #expect(try a.notes() == ["harmless note"])
        try expectSound()
        let upgraded = try Node(upgrading: old, to: .later)
        #expect(try upgraded.notes() == ["harmless note"])
        #expect(try upgraded.digest == a.digest)
    }

    @Test("a page ends before it has more batches than it may, however many sets of columns there are")
    func manyBatches() throws {
        for number in 0..<3 {
            let batches = (0..<500).map { place in
                let state = RowState(
                    id: .uuid7(at: Int64(number * 500 + place)), clock: RowClock(insertedBy: stamp, columns: 1),
                    values: [.integer(1)])
                return RowBatch(table: "tags", columns: ["n\(number)x\(place)"], rows: [state])
            }
            _ = try join(batches, to: old)
        }
        let pages = try old.exported().pages.map { try ChangesetPage(encoded: $0) }
        #expect(pages.count == 2)
        #expect(pages.reduce(0) { $0 + $1.rowCount } >= 1500)
    }

    private func expectSound() throws {
        for node in [a, old, server] { #expect(try node.replica.examine().isEmpty, "\(node.path)") }
    }
}
