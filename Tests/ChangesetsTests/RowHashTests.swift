import Changesets
import Testing

@Suite("The hash of a row")
struct RowHashTests {
    private let replica = RowID(hex: "a0000000000000000000000000000001").flatMap { ReplicaID($0.bytes) }
    private let tag = RowID(hex: "c97e3124f32a8991879c3b9bd9eac701")
    private let prompt = RowID(hex: "0190a1b2c3d47e5f8a9b0c1d2e3f4a5b")

    private func state() throws -> RowState {
        let stamp = Stamp(
            time: HybridTime(milliseconds: 1_767_225_600_000), dot: Dot(replica: try #require(replica), seq: 7))
        return RowState(
            id: try #require(tag), clock: RowClock(insertedBy: stamp, columns: 2),
            values: [.blob(try #require(prompt)), .text("greeting")])
    }

    private let shape = TableShape(name: "tags", columns: [.init("prompt_id"), .init("tag")])

    @Test("of the example in model.md, section 16")
    func example() throws {
        #expect(try state().hash(of: shape) == 0x6f31e64f1849ad96)
    }

    @Test("does not change by the order of columns, nor by one that was never written")
    func schemas() throws {
        var row = try state()
        let hash = row.hash(of: shape)
        row.values = [row.values[1], .null, row.values[0]]
        row.clock.columns = ColumnStamps([row.clock.columns[0], nil, row.clock.columns[0]])
        let newer = TableShape(name: "tags", columns: [.init("tag"), .init("colour"), .init("prompt_id")])
        #expect(row.hash(of: newer) == hash)
        row.clock.columns = ColumnStamps(uniform: try #require(row.clock.columns[0]), count: 3)
        #expect(row.hash(of: newer) != hash)
    }

    @Test("tells apart what a join tells apart: values, stamps and both vectors")
    func differences() throws {
        let row = try state()
        let dot = Dot(replica: try #require(replica), seq: 8)
        var (edited, deleted, stamped, valued) = (row, row, row, row)
        edited.clock.edits.insert(dot)
        deleted.clock.deletes.insert(dot)
        stamped.clock.columns = ColumnStamps(uniform: Stamp(time: .zero, dot: dot), count: 2)
        valued.values[1] = .blob(Bytes("greeting".utf8))
        #expect(Set([row, edited, deleted, stamped, valued].map { $0.hash(of: shape) }).count == 5)
    }

    @Test("a sum can have rows added and taken away in any order")
    func sums() {
        var (a, b) = (HashSum(), HashSum())
        for hash in [UInt64.max, 7, 1 << 63] { a.add(hash) }
        for hash in [1 << 63, 9, 7, UInt64.max] { b.add(hash) }
        b.remove(9)
        #expect(a == b && a.rows == 3)
    }
}
