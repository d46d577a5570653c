internal import Changesets
internal import GRDB
internal import SyncEngine

extension ReadTransaction {
    /// Names of collected rows in one page; a page ends where there are more.
    private static let namesPerPageMax = 20_000

    /// One page of what was published after a position: rows, and the names of rows that were collected
    /// between its positions.
    func published(_ range: PublishedRange, after position: Int64, _ bounds: PageBounds) throws -> PublishedPage {
        let selection = try selection(range)
        let since = range.isAnew ? .max : max(position, selection.held?.position ?? 0)
        let names = try collectedNames(after: since)
        let left = try departedNames(after: since)
        let cut = [names, left].compactMap {
            $0.count > Self.namesPerPageMax ? $0[Self.namesPerPageMax - 1].position : nil
        }.min()
        let reading = try PageReader(database, tables, bounds, upTo: cut ?? .max, selection).read(after: position)
        let isComplete = reading.isComplete && cut == nil
        // Nothing is left below the head, whose last rows may have been collected and forgotten.
        let end = try cut ?? max(position, identity().lastPosition)
        let next = reading.isComplete ? end : reading.position
        return PublishedPage(
            page: reading.page.rowCount > 0 ? try reading.page.encoded() : [], next: UInt64(next),
            isComplete: isComplete, collected: try rowNames(names, upTo: next) { selection.mayKnow($0.audience) },
            departed: try rowNames(left, upTo: next) {
                try selection.mayKnow($0.audience) && !isReadable($0, selection)
            },
            floor: isComplete ? try floor() : VersionVector(),
            digest: try isComplete && isPublisher ? publishedDigest(selection.readable) : nil)
    }

    private func selection(_ range: PublishedRange) throws -> PageSelection {
        guard let held = range.held else { return PageSelection(readable: try readable(range.view)) }
        return PageSelection(
            readable: try readable(range.view),
            held: (try readable(held.view), Int64(clamping: held.position)))
    }

    /// A row that went, or went for some, and who could read it.
    private struct GoneRow {
        var key: RowKey
        var position: Int64
        var audience: Int64?
    }

    private func collectedNames(after position: Int64) throws -> [GoneRow] { try gone("collected", after: position) }

    private func departedNames(after position: Int64) throws -> [GoneRow] { try gone("departures", after: position) }

    private func gone(_ table: String, after position: Int64) throws -> [GoneRow] {
        var found: [GoneRow] = []
        let select = try SQLStatement(
            database,
            "SELECT tbl, id, position, audience FROM \(table) WHERE position > ? ORDER BY position LIMIT ?")
        try select.forEach([.integer(position), .integer(Int64(Self.namesPerPageMax + 1))]) { row in
            guard let id = row.rowID(1) else { return }
            let key = RowKey(table: Int(row.integer(0)), id: id)
            found.append(GoneRow(key: key, position: row.integer(2), audience: row.value(3).integer))
        }
        return found
    }

    private func rowNames(
        _ gone: [GoneRow], upTo last: Int64, where condition: (GoneRow) throws -> Bool
    ) throws -> [RowName] {
        let rows = RowTables(database, tables)
        return try gone.filter { try $0.position <= last && condition($0) }.map {
            RowName(table: try rows[$0.key.table].table.name, row: $0.key.id)
        }
    }

    private func isReadable(_ row: GoneRow, _ selection: PageSelection) throws -> Bool {
        let select = try SQLStatement(database, "SELECT audience FROM row_clocks WHERE tbl = ? AND id = ?")
        return try select.first(row.key.values) { selection.readable.contains($0.value(0).integer) } ?? false
    }
}

extension PageSelection {
    /// Whether they may have had what that audience could read.
    fileprivate func mayKnow(_ audience: Int64?) -> Bool {
        readable.contains(audience) || held?.readable.contains(audience) == true
    }
}
