internal import Changesets

/// Collects rows of mixed tables into batches: one for each table, and for each set of columns that only
/// a newer schema has.
struct PageAssembly {
    private struct BatchName: Hashable {
        var table: Int
        var extras: [TableShape.Column]
        var isAppendOnly: Bool
        var idLength: Int
    }

    private var places: [BatchName: Int] = [:]
    private var batches: [RowBatch] = []
    private(set) var bytes = 0
    private(set) var rows = 0
    private var values = 0

    mutating func add(_ row: RowState, of table: SyncedTable, size: Int) {
        let name = BatchName(
            table: table.number, extras: row.extras, isAppendOnly: row.clock.isAppendOnly, idLength: row.id.length)
        if let place = places[name] {
            batches[place].append(row)
        } else {
            places[name] = batches.count
            batches.append(RowBatch(row.shape(table.shape), rows: [row]))
        }
        bytes += size
        rows += 1
        values += row.values.count
    }

    /// Whether a reader will take it: where a page has to hold all of something, it may not.
    var isReadable: Bool {
        rows <= ChangesetLimits.rowsPerPageMax && batches.count <= ChangesetLimits.batchesPerPageMax
            && values <= ChangesetLimits.valuesPerPageMax
    }

    /// Whether the next row may need a batch more than a page can have.
    var isFull: Bool { batches.count >= ChangesetLimits.batchesPerPageMax }

    var page: ChangesetPage { ChangesetPage(batches: batches) }
}
