internal import Changesets
internal import ReplicaStore

/// The join of `sync-protocol/model.md`, section 5, written from its text.
struct ReferenceJoin {
    private let key: Key
    private(set) var row: ReferenceRow
    private(set) var losses: [ReferenceLoss] = []

    init(_ key: Key, _ a: ReferenceRow, _ b: ReferenceRow, _ table: SyncedTable) {
        self.key = key
        row = a
        if table.shape.isAppendOnly {
            if Self.isSmaller(b, a, table) { row = b }
            return
        }
        row.edits = a.edits.union(b.edits)
        row.deletes = a.deletes.union(b.deletes)
        row.deletion = Self.later(a.deletion, b.deletion)
        for (place, column) in table.shape.columns.enumerated() { joinCell(place, column, a, b) }
        noteOverruledDelete(a, b)
        noteOverruledDelete(b, a)
    }

    private static func later(_ a: TrueStamp?, _ b: TrueStamp?) -> TrueStamp? {
        guard let a, let b else { return a ?? b }
        return a.precedes(b) ? b : a
    }

    /// Of two lists of values, by the first whose bytes differ, ascending by the columns' names.
    private static func isSmaller(_ a: ReferenceRow, _ b: ReferenceRow, _ table: SyncedTable) -> Bool {
        for place in table.columns.indices.sorted(by: { table.columns[$0] < table.columns[$1] }) {
            let (mine, theirs) = (bytes(a.cells[place].value), bytes(b.cells[place].value))
            if mine != theirs { return mine.lexicographicallyPrecedes(theirs) }
        }
        return false
    }

    private mutating func joinCell(
        _ place: Int, _ column: TableShape.Column, _ a: ReferenceRow, _ b: ReferenceRow
    ) {
        let takesB = Self.prevails(b.cells[place], over: a.cells[place], column.rule)
        let (winner, loser) = takesB ? (b, a) : (a, b)
        row.cells[place] = winner.cells[place]
        guard column.isJournalled, let stamp = loser.cells[place].stamp else { return }
        let lost = loser.cells[place]
        guard Self.bytes(lost.value) != Self.bytes(winner.cells[place].value) else { return }
        let isUnderOneDot = winner.cells[place].stamp?.dot.dot == stamp.dot.dot
        if !winner.hasSeen(stamp.dot) || isUnderOneDot {
            losses.append(
                ReferenceLoss(row: key, column: column.name, stamp: stamp, value: lost.value, seen: winner.dots))
        }
    }

    private static func prevails(
        _ a: ReferenceRow.Cell, over b: ReferenceRow.Cell, _ rule: TableShape.Rule
    ) -> Bool {
        let isGreater = bytes(b.value).lexicographicallyPrecedes(bytes(a.value))
        let isSmaller = bytes(a.value).lexicographicallyPrecedes(bytes(b.value))
        guard let mine = a.stamp, let theirs = b.stamp else {
            return a.stamp == nil && b.stamp == nil ? isGreater : b.stamp == nil
        }
        switch rule {
        case .latest: return mine.isAlike(theirs) ? isGreater : theirs.precedes(mine)
        case .earliest: return mine.isAlike(theirs) ? isSmaller : mine.precedes(theirs)
        }
    }

    private mutating func noteOverruledDelete(_ dead: ReferenceRow, _ living: ReferenceRow) {
        guard !dead.isAlive, living.isAlive, row.isAlive, let deletion = dead.deletion,
            !living.hasSeen(deletion.dot)
        else { return }
        losses.append(ReferenceLoss(row: key, column: "", stamp: deletion, value: .null, seen: living.dots))
    }

    /// Canonical bytes (changeset.md, "Values").
    private static func bytes(_ value: Value) -> [UInt8] {
        func word(_ bits: UInt64) -> [UInt8] { (0..<8).map { UInt8(bits >> (56 - 8 * UInt64($0)) & 255) } }
        switch value {
        case .null: return [0]
        case .integer(let integer): return [1] + word(UInt64(bitPattern: integer))
        case .real(let real): return [2] + word(real.bitPattern)
        case .text(let bytes): return [3] + bytes
        case .blob(let bytes): return [4] + bytes
        }
    }
}

extension ReferenceLoss {
    var shown: String {
        let what = column.isEmpty ? "a delete" : "\(column) \(value.shown)"
        return "\(what) of \(row), \(Optional(stamp).shown), which lost to a writer who had seen \(seen.shown)"
    }

    /// The key of the journal's row of this loss (model.md, sections 6 and 9).
    var journalKey: Key? {
        guard let table = tables[row.table] else { return nil }
        let parts: [[UInt8]] = [
            Array(table.name.utf8), row.id.bytes, Array(column.utf8), stamp.dot.dot.replica.bytes,
            Array(String(stamp.dot.dot.seq).utf8), value.canonicalBytes,
        ]
        return Key(.conflicts, .derived(table: "conflicts", key: parts))
    }
}
