package import Changesets
internal import GRDB

/// What a server knows of the replicas that it waits for before it collects anything.
extension Replica {
    private static let noteAgainAfter: Int64 = 3_600_000

    package func noteHandshake(of replica: ReplicaID, _ nodeName: String, applied position: UInt64?) throws -> Bool {
        let (peer, through) = try read { try ($0.peer(replica), $0.collectedThrough()) }
        let applied = Int64(clamping: position ?? 0)
        // Less than was noted: it was restored from a backup, or forgot this server.
        if let peer, peer.position > applied || isDue(peer) {
            try writeUncaptured { try $0.note(replica, nodeName, "min", applied) }
        } else if peer == nil, applied > 0 {
            // Under a new id: until its first pull it is waited for with all that there is.
            try writeUncaptured { try $0.note(replica, nodeName, "min", 0) }
        }
        return position != nil && applied < through
    }

    package func notePull(of replica: ReplicaID, applied position: UInt64) throws {
        let (peer, head) = try read { try ($0.peer(replica), $0.identity().lastPosition) }
        let applied = min(Int64(clamping: position), head)
        if let peer, applied <= peer.position, !isDue(peer) { return }
        try writeUncaptured { try $0.note(replica, "", "max", applied) }
    }

    private func isDue(_ peer: Peer) -> Bool { abs(machineTime() - peer.seenAt) >= Self.noteAgainAfter }
}

/// A replica that has been here.
struct Peer {
    var nodeName: String
    /// Unix milliseconds.
    var seenAt: Int64
    /// What it has applied of what was published here.
    var position: Int64

    func isLive(at now: Int64, _ terms: CollectionTerms) -> Bool { seenAt > 0 && now - seenAt < terms.lease }
}

extension ReadTransaction {
    func peer(_ replica: ReplicaID) throws -> Peer? {
        let select = try SQLStatement(database, "SELECT node_name, seen_at, position FROM peers WHERE replica_id = ?")
        return try select.first([.blob(replica.rowID)], Self.peer)
    }

    func peers() throws -> [Peer] {
        var peers: [Peer] = []
        try SQLStatement(database, "SELECT node_name, seen_at, position FROM peers ORDER BY seen_at DESC, replica_id")
            .forEach { peers.append(Self.peer($0)) }
        return peers
    }

    private static func peer(_ row: SQLStatement) -> Peer {
        Peer(nodeName: row.value(0).text ?? "", seenAt: row.integer(1), position: row.integer(2))
    }

    /// Who has applied less than this has missed what nobody knows any more.
    func collectedThrough() throws -> Int64 {
        try Int64.fetchOne(database.keptStatement("SELECT through FROM collection")) ?? 0
    }
}

extension WriteTransaction {
    /// - Parameter lesser: `min` or `max` of the position that is known and this one.
    fileprivate func note(_ replica: ReplicaID, _ nodeName: String, _ lesser: String, _ position: Int64) throws {
        try execute(
            """
            INSERT INTO peers (replica_id, node_name, seq, nonce, seen_at, position) VALUES (?, ?, 0, x'', ?, ?)
            ON CONFLICT (replica_id) DO UPDATE SET seen_at = excluded.seen_at, position = \(lesser)(position, excluded.position)
            """,
            [.blob(replica.rowID), .text(nodeName), .integer(now), .integer(position)])
    }

    /// In a new epoch nobody has applied anything yet.
    func forgetPositions() throws { try execute("UPDATE peers SET position = 0", []) }

    /// All that a server sealed under the id that it gives up is here.
    func noteFormerSelf() throws {
        guard try statement("SELECT 1 FROM remote").first([], { _ in true }) == nil, identity.lastSeq > 0 else {
            return
        }
        try execute(
            """
            INSERT INTO peers (replica_id, node_name, seq, nonce, seen_at)
            SELECT ?1, ?2, seq, nonce, 0 FROM seals WHERE seq = ?3
            ON CONFLICT (replica_id) DO NOTHING
            """, [.blob(replica.rowID), .text(identity.nodeName), .integer(identity.lastSeq)])
    }
}
