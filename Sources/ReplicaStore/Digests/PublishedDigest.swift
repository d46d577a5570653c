internal import Changesets
internal import GRDB

/// The hashes of what was last published, by this node's server or by itself as one, and their sum.
extension WriteTransaction {
    /// - Parameter former: the hash that the row has now.
    func setHash(_ hash: UInt64?, of key: RowKey, insteadOf former: UInt64?) throws {
        guard hash != former else { return }
        try clocks.setHash(hash, of: key)
        try countHash(hash, insteadOf: former)
    }

    /// Brings the digest up to date with a hash that has been stored.
    func countHash(_ hash: UInt64?, insteadOf former: UInt64?) throws {
        if planted(.digestNotUpdated), former != nil { return }
        try changeDigest { digest in
            if let former { digest.remove(former) }
            if let hash { digest.add(hash) }
        }
    }

    /// Every row is to be compared anew.
    func forgetHashes() throws {
        try execute("UPDATE row_clocks SET hash = NULL WHERE hash IS NOT NULL", [])
        try changeDigest { $0 = HashSum() }
    }

    /// As a server: hashes what was published since the digest was last brought up to date.
    ///
    /// - Parameter pusher: whose rows came just now.
    func digestPublished(pusher: RowID? = nil) throws {
        guard try reading.isPublisher else { return }
        let digested = try reading.digestedThrough
        guard digested < identity.lastPosition else { return }
        var publishing = try Publishing(self, after: digested, pusher: pusher)
        try publishing.run()
        try execute("UPDATE digest SET position = ?", [.integer(identity.lastPosition)])
    }

    /// - Parameter row: as it was noted before.
    func publish(_ row: StoredClock, _ hash: UInt64?, _ audience: Int64) throws {
        guard row.hash != hash || row.audience != audience else { return }
        try statement("UPDATE row_clocks SET hash = ?, audience = ? WHERE tbl = ? AND id = ?")
            .run([Value(hash: hash), .integer(audience)] + row.key.values)
        try countHash(hash, insteadOf: row.hash)
        try audiences.count(hash, in: audience, insteadOf: row.hash, in: row.audience)
    }

    /// Nil for a row that no page can hold.
    func hashAsPublished(_ row: StoredClock) throws -> UInt64? {
        try rows.state(row.key, row.clock).flatMap { $0.state.hashAsPublished(row.bytes, of: $0.table) }
    }
}

extension RowState {
    /// Nil for a row that no page can hold.
    ///
    /// - Parameter clockBytes: those of its packed clock.
    func hashAsPublished(_ clockBytes: Int, of table: SyncedTable) -> UInt64? {
        weight(clockBytes) <= Self.weightMax ? hash(of: table.shape) : nil
    }
}

extension ReadTransaction {
    /// As a server: the position up to which rows have the hash of what was published.
    var digestedThrough: Int64 {
        get throws { try SQLStatement(database, "SELECT position FROM digest").first([]) { $0.integer(0) } ?? 0 }
    }

    /// Of all rows that have a hash.
    func publishedDigest() throws -> HashSum {
        try SQLStatement(database, "SELECT rows, sum FROM digest").first([]) {
            HashSum(rows: UInt64(clamping: $0.integer(0)), sum: UInt64(bitPattern: $0.integer(1)))
        } ?? HashSum()
    }

    /// Whether the hashes are of what this node publishes itself. Those of a client are its server's.
    var isPublisher: Bool {
        get throws { try SQLStatement(database, "SELECT 1 FROM remote").first([]) { _ in true } == nil }
    }

    /// Of those of them that somebody may read.
    func publishedDigest(_ readable: Readable) throws -> HashSum {
        try readable.digest(database) ?? publishedDigest()
    }

    /// As a server: whether every published row has its hash.
    var isDigested: Bool {
        get throws {
            let sql = "SELECT position >= (SELECT last_position FROM replica) FROM digest"
            return try SQLStatement(database, sql).first([]) { $0.integer(0) != 0 } ?? false
        }
    }
}
