internal import Changesets
internal import GRDB
internal import SyncEngine

extension ReadTransaction {
    /// Names of collected rows in one page; a page ends where there are more.
    private static let namesPerPageMax = 20_000

    /// One page of what was published after a position: rows, and the names of rows that were collected
    /// between its positions.
    func published(after position: Int64, _ bounds: PageBounds) throws -> PublishedPage {
        let names = try collectedNames(after: position)
        let cut = names.count > Self.namesPerPageMax ? names[Self.namesPerPageMax - 1].position : nil
        let reading = try PageReader(database, tables, bounds, upTo: cut ?? .max).read(after: position)
        let isComplete = reading.isComplete && cut == nil
        // Nothing is left below the head, whose last rows may have been collected and forgotten.
        let end = try cut ?? max(position, identity().lastPosition)
        let next = reading.isComplete ? end : reading.position
        return PublishedPage(
            page: reading.page.rowCount > 0 ? try reading.page.encoded() : [], next: UInt64(next),
            isComplete: isComplete, collected: names.filter { $0.position <= next }.map(\.row),
            floor: isComplete ? try floor() : VersionVector(),
            digest: try isComplete && isPublisher ? publishedDigest() : nil)
    }

    private func collectedNames(after position: Int64) throws -> [(row: RowName, position: Int64)] {
        var names: [(row: RowName, position: Int64)] = []
        let rows = RowTables(database, tables)
        let select = try SQLStatement(
            database, "SELECT tbl, id, position FROM collected WHERE position > ? ORDER BY position LIMIT ?")
        try select.forEach([.integer(position), .integer(Int64(Self.namesPerPageMax + 1))]) { row in
            guard let id = row.rowID(1) else { return }
            names.append((RowName(table: try rows[Int(row.integer(0))].table.name, row: id), row.integer(2)))
        }
        return names
    }
}
