package import AccessControl
package import Changesets
internal import GRDB
internal import SyncEngine

/// What a client needs to find out where it and its server differ.
extension Replica {
    package func publishedDigest() throws -> HashSum { try read { try $0.publishedDigest() } }

    package func recountDigest() throws { try write { try $0.recountDigest() } }

    package func forEachHash(_ body: (RowName, UInt64) throws -> Void) throws {
        try read { try $0.forEachHash(body) }
    }

    package func assumePublished() throws -> Int64 {
        try write { transaction in
            try transaction.fold()
            // What an earlier comparison fetched is of its time; this one finds it again.
            try transaction.execute("DELETE FROM staged_pages", [])
            try transaction.forgetHashes()
            for row in try transaction.storedClocks(where: "true") {
                try transaction.setHash(transaction.hashAsPublished(row), of: row.key, insteadOf: nil)
            }
            return transaction.identity.lastPosition
        }
    }

    package func settleEpoch(differing: [RowName], lacking: [RowName], asOf mark: Int64, position: UInt64) throws {
        let position = try Int64(served: position)
        try write { transaction in
            try transaction.fold()
            // What no page can hold has no hash, and stays.
            let assumed = "dirty = 1 AND hash IS NOT NULL AND position <= ?"
            try transaction.execute("UPDATE row_clocks SET dirty = 0 WHERE \(assumed)", [.integer(mark)])
            try transaction.markDirty(differing, forgettingHashes: false)
            try transaction.markDirty(lacking, forgettingHashes: true)
            try transaction.execute("UPDATE remote SET position = ?, is_compared = 1", [.integer(position)])
        }
    }

    package func giveBack(_ rows: [RowName]) throws {
        try write { transaction in
            try transaction.fold()
            try transaction.markDirty(rows, forgettingHashes: true)
        }
    }

    package func scrub() throws -> [RowName] {
        guard try readOne({ try $0.needsScrub(at: machineTime()) }) else { return [] }
        return try write { transaction in
            try transaction.fold()
            try transaction.scrubSome()
            return try transaction.damagedRows().prefix(SyncLimits.namesPerRequestMax).map { key in
                RowName(table: try transaction.rows[key.table].table.name, row: key.id)
            }
        }
    }
}

/// What a server needs for its answers.
extension Replica {
    package func forEachPublished(in view: ReadView, _ body: (RowName, UInt64) throws -> Void) throws -> UInt64 {
        try readDigested { transaction in
            try transaction.forEachHash(in: transaction.readable(view), body)
            return UInt64(clamping: try transaction.identity().lastPosition)
        }
    }

    package func states(of rows: [RowName], in view: ReadView) throws -> (page: [UInt8], lookedAt: Int) {
        try readDigested { transaction in
            let selection = PageSelection(readable: try transaction.readable(view))
            let reader = try PageReader(transaction.database, transaction.tables, surroundings.page, selection)
            let reading = try reader.read(rows)
            let page = reading.page.rowCount > 0 ? try reading.page.encoded() : []
            return (page, reading.lookedAt)
        }
    }

    /// Reads one consistent state in which, as a server, every published row has its hash.
    func readDigested<T>(_ body: (ReadTransaction) throws -> T) throws -> T {
        while true {
            let result = try read { try $0.isReadyToPublish ? body($0) : nil }
            if let result { return result }
            // Another process may write between this and the next look: its values have no hashes yet.
            try write { transaction in
                try transaction.fold()
                try transaction.digestPublished()
            }
        }
    }
}

extension ReadTransaction {
    fileprivate var isReadyToPublish: Bool {
        get throws { try !hasUnfoldedChanges() && (!isPublisher || isDigested) }
    }

    /// The sum of the hashes that are stored.
    func countedDigest() throws -> HashSum {
        var sum = HashSum()
        try SQLStatement(database, "SELECT hash FROM row_clocks WHERE hash IS NOT NULL").forEach { row in
            if let hash = row.hash(0) { sum.add(hash) }
        }
        return sum
    }

    fileprivate func forEachHash(
        in readable: Readable = Readable(nil), _ body: (RowName, UInt64) throws -> Void
    ) throws {
        let rows = RowTables(database, tables)
        let select = try SQLStatement(database, "SELECT tbl, id, hash, audience FROM row_clocks WHERE hash IS NOT NULL")
        try select.forEach { row in
            guard readable.contains(row.value(3).integer), let id = row.rowID(1), let hash = row.hash(2) else { return }
            try body(RowName(table: rows[Int(row.integer(0))].table.name, row: id), hash)
        }
    }
}

extension WriteTransaction {
    /// Makes the digest the sum of the hashes that are stored.
    func recountDigest() throws {
        let counted = try reading.countedDigest()
        try changeDigest { $0 = counted }
        try audiences.recount()
    }

    fileprivate func markDirty(_ names: [RowName], forgettingHashes: Bool) throws {
        for row in names {
            guard let table = try rows.table(named: row.table) else { continue }
            let key = RowKey(table: table.number, id: row.row)
            guard let entry = try clocks.entry(key) else { continue }
            if forgettingHashes { try setHash(nil, of: key, insteadOf: entry.hash) }
            try execute(
                "UPDATE row_clocks SET dirty = 1 WHERE tbl = ? AND id = ?", [.integer(Int64(key.table)), .blob(key.id)])
        }
    }
}
