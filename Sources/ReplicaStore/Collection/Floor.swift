internal import Changesets
internal import GRDB

/// The floor: the transactions at or below which an absent row is one that was deleted and collected.
extension ReadTransaction {
    func floor() throws -> VersionVector { try vector("SELECT replica_id, seq FROM floor") }

    /// What has come here for certain: of each replica that pushed, up to its last transaction.
    func acknowledgedVector() throws -> VersionVector {
        let identity = try identity()
        var vector = try vector("SELECT replica_id, seq FROM peers")
        if identity.lastSeq > 0 { vector.insert(Dot(replica: identity.replica, seq: UInt64(identity.lastSeq))) }
        return vector
    }

    private func vector(_ sql: String) throws -> VersionVector {
        var dots: [Dot] = []
        try SQLStatement(database, sql).forEach { row in
            guard let replica = row.rowID(0).flatMap({ ReplicaID($0.bytes) }), row.integer(1) > 0 else { return }
            dots.append(Dot(replica: replica, seq: UInt64(row.integer(1))))
        }
        return VersionVector(dots)
    }
}

extension WriteTransaction {
    /// As a server: what is new in a row, and is refused, was not deleted with it, but never taken. What lies at
    /// or below the floor was noted when it first came, or had been taken.
    func noteRefused(_ key: RowKey, _ edits: VersionVector) throws {
        let known = try clocks.entry(key)?.clock
        let floor = try reading.floor()
        for dot in edits.entries where !floor.contains(dot) {
            // An entry stands for all edits up to it: somebody may have one of these from a file.
            let after = [floor, known?.edits, known?.deletes].compactMap { $0?[dot.replica] }.max() ?? 0
            guard dot.seq > after else { continue }
            try execute(
                "INSERT OR IGNORE INTO refused (tbl, id, replica_id, after_seq, seq) VALUES (?, ?, ?, ?, ?)",
                key.values + [
                    .blob(dot.replica.rowID), .integer(Int64(clamping: after)), .integer(Int64(clamping: dot.seq)),
                ])
        }
    }

    /// What was refused once, and is taken now, goes with the row again.
    func noteTaken(_ key: RowKey, _ edits: VersionVector) throws {
        for dot in edits.entries {
            let row = key.values + [.blob(dot.replica.rowID), .integer(Int64(clamping: dot.seq))]
            try execute("DELETE FROM refused WHERE tbl = ? AND id = ? AND replica_id = ? AND seq <= ?", row)
            try execute(
                """
                UPDATE refused SET after_seq = max(after_seq, ?4) WHERE tbl = ?1 AND id = ?2 AND replica_id = ?3
                """, row)
        }
    }

    func hasRefusals() throws -> Bool {
        try statement("SELECT EXISTS (SELECT 1 FROM refused)").first([]) { $0.integer(0) != 0 } ?? false
    }

    /// Whether there is in these edits what was refused.
    func wasRefused(_ key: RowKey, _ edits: VersionVector) throws -> Bool {
        var found = false
        try statement("SELECT replica_id, after_seq FROM refused WHERE tbl = ? AND id = ?").forEach(key.values) { row in
            guard let replica = row.rowID(0).flatMap({ ReplicaID($0.bytes) }) else { return }
            found = found || edits[replica] > UInt64(clamping: row.integer(1))
        }
        return found
    }

    /// Takes the pointwise maximum.
    func raiseFloor(to vector: VersionVector) throws {
        for dot in vector.entries {
            try execute(
                """
                INSERT INTO floor (replica_id, seq) VALUES (?, ?)
                ON CONFLICT (replica_id) DO UPDATE SET seq = max(seq, excluded.seq)
                """, [.blob(dot.replica.rowID), .integer(Int64(clamping: dot.seq))])
        }
    }
}

extension RowClock {
    /// Whether all that the row's state is made of lies at or below a vector.
    func isCovered(by vector: VersionVector) -> Bool { !edits.exceeds(vector) && !deletes.exceeds(vector) }
}
