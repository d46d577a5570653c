package import Changesets
internal import GRDB
package import SyncEngine

/// What a replica remembers of shared folders (`sync-protocol/folder.md`).
extension Replica {
    package func replicaID() throws -> ReplicaID { try readOne { try $0.identity().replica } }

    package func notedFiles() throws -> [NotedFile] { try read { try $0.notedFiles() } }

    /// To be called for a file that was written here before it gets its name: if it never does, what it
    /// holds counts as missing, and is written again.
    package func noteWritten(_ file: FolderFile) throws {
        guard file.next > file.since else { throw ReplicaError(.internalFault, "a file of no positions was written") }
        try write { try $0.note(file, [file.since + 1...file.next]) }
    }

    /// To be called when a file that held what was purged since has been removed.
    package func forget(_ file: FolderFile) throws {
        try write { try $0.execute("DELETE FROM folder_files WHERE checksum = ?", [.blob(file.checksum[...])]) }
    }

    /// From the first to the last row whose position lies outside some ranges, or nil where there is none.
    ///
    /// - Parameter held: ascending, and not touching each other.
    package func missingPositions(besides held: [ClosedRange<Int64>]) throws -> ClosedRange<Int64>? {
        try readFolded { transaction in
            let gaps = Self.gaps(between: held)
            guard let first = try transaction.firstPosition(in: gaps, "min"),
                let last = try transaction.firstPosition(in: gaps.reversed(), "max")
            else { return nil }
            return first...last
        }
    }

    private static func gaps(between held: [ClosedRange<Int64>]) -> [ClosedRange<Int64>] {
        var gaps: [ClosedRange<Int64>] = []
        var next: Int64 = 1
        for range in held {
            if range.lowerBound > next { gaps.append(next...range.lowerBound - 1) }
            guard range.upperBound < .max else { return gaps }
            next = range.upperBound + 1
        }
        return gaps + [next...(.max)]
    }

    /// Writes a changeset file for a shared folder.
    ///
    /// - Parameters:
    ///   - last: nothing that was published later; nil for everything.
    ///   - isSigned: whether it is signed by `signingKey`.
    /// - Returns: the number of rows, up to which position, and the rows that are too large to travel.
    package func exportPart(
        since position: Int64, upTo last: Int64?, isSigned: Bool = false,
        to sink: @escaping ([UInt8]) throws -> Void
    ) throws -> (rows: Int, next: Int64, leftOut: [RowDenial]) {
        let key = try isSigned ? signingKey() : nil
        return try readFolded { transaction in
            var leftOut: [RowDenial] = []
            let file = try transaction.writeFile(since: position, upTo: last, surroundings, signedBy: key, to: sink) {
                leftOut.append($0)
            }
            return (file.rows, file.next, leftOut)
        }
    }
}

extension WriteTransaction {
    /// A file by this very replica that it does not remember says nothing about what is in the folder:
    /// whoever made it knew one of our seals, which every file of ours tells.
    func noteJoined(_ file: FolderFile, _ positions: [ClosedRange<Int64>]) throws {
        guard file.writer == replica else { return try note(file, positions) }
        var file = file
        (file.since, file.next) = (0, 0)
        try note(file, [])
    }

    fileprivate func note(_ file: FolderFile, _ positions: [ClosedRange<Int64>]) throws {
        try execute(
            """
            INSERT INTO folder_files (checksum, size, writer, since, next) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (checksum) DO UPDATE
            SET size = excluded.size, writer = excluded.writer, since = excluded.since, next = excluded.next
            """,
            [
                .blob(file.checksum[...]), .integer(file.size), .blob(file.writer.rowID), .integer(file.since),
                .integer(file.next),
            ])
        let number = try SQLStatement(database, "SELECT n FROM folder_files WHERE checksum = ?")
            .first([.blob(file.checksum[...])]) { $0.integer(0) }
        guard let number else { throw ReplicaError(.internalFault, "a file that was noted is not there") }
        // A file that says nothing of positions covers none.
        try hold((file.next > 0 ? takeOver(from: file, number) : []) + positions, number)
    }

    /// Forgets the files that this one covers.
    ///
    /// - Returns: the positions that they and it held.
    private func takeOver(from file: FolderFile, _ number: Int64) throws -> [ClosedRange<Int64>] {
        let covered = "SELECT n FROM folder_files WHERE writer = ?1 AND next <= ?3 AND since >= ?2"
        let key: [Value] = [.blob(file.writer.rowID), .integer(file.since), .integer(file.next), .integer(number)]
        var positions: [ClosedRange<Int64>] = []
        try SQLStatement(
            database, "SELECT first, last FROM folder_positions WHERE file = ?4 OR file IN (\(covered))"
        ).forEach(key) { row in
            if row.integer(0) <= row.integer(1) { positions.append(row.integer(0)...row.integer(1)) }
        }
        try execute("DELETE FROM folder_positions WHERE file = ?4 OR file IN (\(covered))", key)
        try execute(
            "DELETE FROM folder_files WHERE writer = ?1 AND next <= ?3 AND since >= ?2 AND n <> ?4 AND stale = 0", key)
        return positions
    }

    private func hold(_ positions: [ClosedRange<Int64>], _ number: Int64) throws {
        let insert = try SQLStatement(database, "INSERT INTO folder_positions (file, first, last) VALUES (?, ?, ?)")
        for range in positions.united {
            try insert.run([.integer(number), .integer(range.lowerBound), .integer(range.upperBound)])
        }
    }
}

extension ReadTransaction {
    fileprivate func notedFiles() throws -> [NotedFile] {
        var files: [NotedFile] = []
        var places: [Int64: Int] = [:]
        try SQLStatement(database, "SELECT checksum, size, writer, since, next, n, stale FROM folder_files ORDER BY n")
            .forEach { row in
                guard let writer = row.rowID(2).flatMap({ ReplicaID($0.bytes) }) else { return }
                let file = FolderFile(
                    checksum: row.bytes(0), size: row.integer(1), writer: writer, since: row.integer(3),
                    next: row.integer(4))
                places[row.integer(5)] = files.count
                files.append(NotedFile(file: file, positions: [], isStale: row.integer(6) != 0))
            }
        try SQLStatement(database, "SELECT file, first, last FROM folder_positions").forEach { row in
            guard let place = places[row.integer(0)], row.integer(1) <= row.integer(2) else { return }
            files[place].positions.append(row.integer(1)...row.integer(2))
        }
        return files
    }

    /// Of the first of these ranges that has a row.
    ///
    /// - Parameter end: `min` or `max`, for which SQLite looks at one entry of the index.
    fileprivate func firstPosition(in ranges: some Sequence<ClosedRange<Int64>>, _ end: String) throws -> Int64? {
        let position = try SQLStatement(
            database, "SELECT \(end)(position) FROM row_clocks WHERE position >= ? AND position <= ?")
        for range in ranges {
            let found = try position.first([.integer(range.lowerBound), .integer(range.upperBound)]) { $0.value(0) }
            if case .integer(let found) = found { return found }
        }
        return nil
    }
}
