package import Changesets
internal import GRDB
internal import SyncEngine

extension Replica {
    /// Writes a changeset file of everything published here after a position, 0 for all of it.
    ///
    /// - Parameter isSigned: whether it is signed by `signingKey`.
    /// - Returns: the number of rows, and the position from which the next export can go on.
    package func export(
        since position: Int64 = 0, isSigned: Bool = false, to sink: @escaping ([UInt8]) throws -> Void
    ) throws -> (rows: Int, next: Int64) {
        let key = try isSigned ? signingKey() : nil
        return try readFolded { transaction in
            let file = try transaction.writeFile(since: position, surroundings, signedBy: key, to: sink) { row in
                throw ReplicaError(.denied, "\(row.table) \(row.row) can't be exported: \(row.reason)")
            }
            return (file.rows, file.next)
        }
    }

    /// Joins a changeset file.
    ///
    /// - Parameter noted: what to remember it by, where it is of a shared folder.
    /// - Throws: `ReplicaError.foreignWorkspace`, or `ChangesetError`; nothing has changed then.
    package func join(_ file: ChangesetFile, noting noted: FolderFile? = nil) throws -> ApplySummary {
        try healingCopies { try joinOnce(file, noted) }
    }

    private func joinOnce(_ file: ChangesetFile, _ noted: FolderFile?) throws -> ApplySummary {
        try write { transaction in
            guard file.header.workspace == transaction.workspace else {
                throw ReplicaError(
                    .foreignWorkspace,
                    "the changeset is of workspace \(file.header.workspaceName) (\(file.header.workspace)), this "
                        + "library is of \(transaction.workspace): import it into an empty data directory (--data)")
            }
            try transaction.fold()
            if try transaction.isOfAnother(file.header) { throw OwnLaterWork() }
            var applying = try Applying(transaction, from: .file)
            applying.timeMax = HybridTime(milliseconds: transaction.now + Self.fileSkewMax)
            try transaction.withoutCapture {
                for page in file.pages { try applying.apply(ChangesetPage(encoded: page)) }
                if try applying.needsSecondPass() {
                    for page in file.pages { try applying.apply(ChangesetPage(encoded: page)) }
                }
                try applying.finish()
            }
            if let noted { try transaction.noteJoined(noted, applying.positionsOfEqual) }
            return applying.summary
        }
    }

    /// How far ahead of this node's clock a file's stamps may be, in milliseconds: a day. Two nodes
    /// that meet by files only have no server to tell them the time.
    private static let fileSkewMax: Int64 = 86_400_000

    /// Hands the library over to another replica: everything in here, but what names the workspace,
    /// is joined there, and nothing can be written here any more.
    package func retire(into successor: Replica) throws {
        let workspace = try successor.read { try $0.identity().workspace }
        try write { transaction in
            try transaction.fold()
            let reader = try PageReader(transaction.database, transaction.tables, surroundings.page)
            let orphans = try transaction.orphanRows()
            try successor.write { try $0.adopt(reader, orphans) }
            try transaction.execute("UPDATE replica SET retired_into = ?", [.blob(workspace)])
        }
    }
}

extension WriteTransaction {
    /// Whether the file is by a replica of our id that sealed something we did not. What is older
    /// than the last acknowledged transaction may be forgotten here.
    fileprivate func isOfAnother(_ header: ChangesetFile.Header) throws -> Bool {
        guard header.replica == replica, let seq = Int64(exactly: header.seq), seq > 0 else { return false }
        let acked = try SQLStatement(database, "SELECT acked_seq, acked_nonce FROM remote").first([]) {
            (seq: $0.integer(0), nonce: $0.bytes(1))
        }
        if let acked, seq < acked.seq || (seq == acked.seq && header.nonce == acked.nonce) { return false }
        let seal = try SQLStatement(database, "SELECT 1 FROM seals WHERE seq = ? AND nonce = ?")
        return try seal.first([.integer(seq), .blob(header.nonce[...])]) { _ in true } == nil
    }

    /// Takes everything or throws: what is not taken would be lost with its file.
    fileprivate func adopt(_ reader: PageReader, _ orphans: [[Value]]) throws {
        try fold()
        var applying = try Applying(self, from: .file, knowsFloor: false)
        try withoutCapture {
            var reading = PageReader.Reading(position: 0, isComplete: false)
            while !reading.isComplete {
                reading = try reader.read(after: reading.position)
                reading.page.batches.removeAll { $0.table == SyncedTable.workspaces.name }
                try applying.apply(reading.page)
                if let row = reading.oversized.first { throw Self.notAdopted(row.table, row.row, row.reason) }
            }
            try applying.finish()
        }
        if let row = applying.summary.denied.first { throw Self.notAdopted(row.table, row.row, row.reason) }
        for orphan in orphans {
            try execute(
                "INSERT INTO orphans (kind, table_name, row_id, reason, orphaned_at, page) VALUES (?, ?, ?, ?, ?, ?)",
                orphan)
        }
    }

    private static func notAdopted(_ table: String, _ row: RowID, _ reason: String) -> ReplicaError {
        ReplicaError(.denied, "\(table) \(row) can't be brought along (\(reason)); nothing was moved")
    }

    fileprivate func orphanRows() throws -> [[Value]] {
        var rows: [[Value]] = []
        let select = try SQLStatement(
            database, "SELECT kind, table_name, row_id, reason, orphaned_at, page FROM orphans ORDER BY n")
        try select.forEach { row in rows.append((0..<6).map { row.value($0) }) }
        return rows
    }
}

extension ReadTransaction {
    /// - Parameters:
    ///   - last: nothing that was published later; nil for everything.
    ///   - leaveOut: is told of each row that is too large to travel.
    func writeFile(
        since position: Int64, upTo last: Int64? = nil, _ surroundings: Surroundings, signedBy key: SigningKey?,
        to sink: @escaping ([UInt8]) throws -> Void,
        leaveOut: (RowDenial) throws -> Void
    ) throws -> (rows: Int, next: Int64) {
        let header = try fileHeader(since: position, upTo: last, surroundings.schema)
        var writer = try ChangesetFileWriter(header, signedBy: key, to: sink)
        let reader = try PageReader(database, tables, surroundings.page, upTo: header.next)
        var rows = 0
        var reading = PageReader.Reading(position: position, isComplete: false)
        while !reading.isComplete {
            reading = try reader.read(after: reading.position)
            for row in reading.oversized { try leaveOut(row) }
            if reading.page.rowCount > 0 { try writer.append(reading.page) }
            rows += reading.page.rowCount
        }
        try writer.finish()
        return (rows, header.next)
    }

    private func fileHeader(
        since position: Int64, upTo last: Int64?, _ schema: ReplicaSchema
    ) throws -> ChangesetFile.Header {
        let identity = try identity()
        let seal = try SQLStatement(database, "SELECT nonce FROM seals WHERE seq = ?")
        return ChangesetFile.Header(
            schemaVersion: Int(schema.version), workspace: identity.workspace,
            workspaceName: try workspaceName() ?? "", replica: identity.replica, nodeName: identity.nodeName,
            seq: UInt64(identity.lastSeq), nonce: try seal.first([.integer(identity.lastSeq)]) { $0.bytes(0) } ?? [],
            since: position, next: min(last ?? .max, identity.lastPosition))
    }
}
