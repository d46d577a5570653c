package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB
package import SyncEngine

extension Replica: ServerStorage {
    private static let stagedPartsMax: UInt32 = 100_000

    package func serverIdentity() throws -> ServerIdentity {
        try settle()
        return try readFolded { transaction in
            let identity = try transaction.identity()
            let isBelieved = try clockDoubt(transaction) == nil
            return ServerIdentity(
                workspace: identity.workspace, workspaceName: try transaction.workspaceName() ?? "",
                replica: identity.replica, epoch: identity.epoch, head: UInt64(identity.lastPosition),
                schemaVersion: surroundings.schema.version, now: isBelieved ? machineTime() : 0)
        }
    }

    package func acknowledged(of replica: ReplicaID) throws -> AcknowledgedTransaction {
        try readOne { try $0.acknowledged(of: replica) }
    }

    package func stage(_ page: [UInt8], of replica: ReplicaID, push: [UInt8], part: UInt32) throws {
        guard part < Self.stagedPartsMax else { throw SyncRefusal(.tooLarge, "a push of too many parts") }
        try Self.checkSize(page)
        try writeUncaptured { transaction in
            try checkClock(transaction.reading)
            let row: [Value] = [.blob(replica.rowID), .blob(push[...])]
            try transaction.execute("DELETE FROM staged_parts WHERE replica_id = ? AND push_id <> ?", row)
            try transaction.makeRoom(for: Int64(page.count), of: replica, surroundings.staging)
            try transaction.execute(
                "INSERT OR REPLACE INTO staged_parts (replica_id, push_id, part, page) VALUES (?, ?, ?, ?)",
                row + [.integer(Int64(part)), .blob(page[...])])
        }
    }

    private static func checkSize(_ page: [UInt8]) throws {
        guard page.count <= ChangesetLimits.pageBytesMax else {
            throw SyncRefusal(.tooLarge, "a page of more than \(ChangesetLimits.pageBytesMax) bytes")
        }
    }

    package func apply(_ push: StagedPush, by actor: Actor = .everything) throws -> PushVerdicts {
        try Self.checkSize(push.page)
        return try writeUncaptured { transaction in
            try noteClock(transaction)
            // Another push of the same replica may have come between.
            guard try transaction.reading.acknowledged(of: push.replica) == push.follows else {
                throw SyncRefusal(.handshakeAgain, "something came between: handshake again")
            }
            try transaction.fold()
            let before = transaction.identity.lastPosition
            let applying = try transaction.joinParts(of: push, actor)
            try transaction.acknowledge(push)
            try transaction.digestPublished(pusher: actor.view.users.min())
            try transaction.scrubSome()
            let (summary, collected) = (applying.summary, try applying.passedOver)
            let isCovered =
                try push.applied == UInt64(before) && collected.isEmpty
                && transaction.publishedNothingBut(applying, after: before, actor.view)
            return PushVerdicts(
                applied: summary.equal, superseded: summary.superseded,
                outcome: PushOutcome(
                    denials: summary.denied, serverRows: try transaction.states(of: summary.denied, in: actor.view),
                    collected: collected),
                coveredThrough: isCovered ? UInt64(transaction.identity.lastPosition) : nil)
        }
    }

    package func published(_ range: PublishedRange) throws -> PublishedPage {
        try readDigested { transaction in
            guard let position = Int64(exactly: range.after) else {
                throw SyncRefusal(.malformed, "a position out of range")
            }
            return try transaction.published(range, after: position, surroundings.page)
        }
    }
}

extension ReadTransaction {
    package func workspaceName() throws -> String? {
        try String.fetchOne(
            database.keptStatement("SELECT name FROM workspaces WHERE id = (SELECT workspace_id FROM replica)"))
    }

    fileprivate func acknowledged(of replica: ReplicaID) throws -> AcknowledgedTransaction {
        let peer = try SQLStatement(database, "SELECT seq, nonce FROM peers WHERE replica_id = ?")
        return try peer.first([.blob(replica.rowID)]) {
            AcknowledgedTransaction(seq: UInt64($0.integer(0)), nonce: $0.bytes(1))
        } ?? .none
    }
}

extension WriteTransaction {
    /// Keeps what is staged within bounds, so that nobody fills the disk with pushes that never end.
    fileprivate func makeRoom(for bytes: Int64, of replica: ReplicaID, _ bounds: StagingBounds) throws {
        let sum = "SELECT coalesce(sum(length(page)), 0) FROM staged_parts"
        let own = try SQLStatement(database, "\(sum) WHERE replica_id = ?").first([.blob(replica.rowID)]) {
            $0.integer(0)
        }
        guard (own ?? 0) + bytes <= bounds.pushBytes else {
            throw SyncRefusal(.tooLarge, "a push of more than \(bounds.pushBytes) bytes; sync more often")
        }
        let all = try SQLStatement(database, sum).first([]) { $0.integer(0) }
        guard (all ?? 0) + bytes > bounds.allBytes else { return }
        try execute("DELETE FROM staged_parts WHERE replica_id <> ?", [.blob(replica.rowID)])
    }

    fileprivate func joinParts(of push: StagedPush, _ actor: Actor) throws -> Applying {
        let key: [Value] = [.blob(push.replica.rowID), .blob(push.id[...])]
        let count = try SQLStatement(
            database, "SELECT count(*) FROM staged_parts WHERE replica_id = ? AND push_id = ? AND part < ?"
        ).first(key + [.integer(Int64(push.parts))]) { $0.integer(0) }
        guard count == Int64(push.parts) else {
            throw SyncRefusal(.handshakeAgain, "a part of the push is missing here: push again")
        }
        let parts = try SQLStatement(
            database, "SELECT page FROM staged_parts WHERE replica_id = ? AND push_id = ? AND part < ? ORDER BY part")
        var applying = try Applying(self, from: .push, authority: PushAuthority(self, actor, push.replica))
        // Nobody can know of transactions that the server, or the pusher himself, has yet to seal.
        applying.seqsMax[replica] = UInt64(identity.lastSeq)
        applying.seqsMax[push.replica] = push.contains.seq
        applying.timeMax = HybridTime(milliseconds: now + SyncLimits.skewMax)
        let last = try push.page.isEmpty ? nil : ChangesetPage(encoded: push.page[...])
        try join(parts, key + [.integer(Int64(push.parts))], and: last, with: &applying)
        return applying
    }

    /// Whether who pushed has all that was published since, as it was sent: so that it need not be sent back.
    fileprivate func publishedNothingBut(_ pushed: Applying, after position: Int64, _ view: ReadView) throws -> Bool {
        let positions = position < identity.lastPosition ? [position + 1...identity.lastPosition] : []
        guard pushed.summary.denied.isEmpty, pushed.summary.superseded == 0, pushed.positionsOfEqual == positions,
            try reading.isPublisher
        else { return false }
        let readable = try audiences.readable(view)
        var isKnown = true
        // What has no hash is not published.
        try statement("SELECT DISTINCT audience, hash IS NULL FROM row_clocks WHERE position > ?")
            .forEach([.integer(position)]) { row in
                isKnown = isKnown && readable.contains(row.value(0).integer) && row.integer(1) == 0
            }
        return isKnown
    }

    fileprivate func acknowledge(_ push: StagedPush) throws {
        guard let seq = Int64(exactly: push.contains.seq), push.contains.nonce.count <= 64 else {
            throw SyncRefusal(.malformed, "a transaction number out of range")
        }
        try execute("DELETE FROM staged_parts WHERE replica_id = ?", [.blob(push.replica.rowID)])
        try execute(
            """
            INSERT INTO peers (replica_id, node_name, seq, nonce, seen_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (replica_id) DO UPDATE SET node_name = excluded.node_name, seq = excluded.seq,
                nonce = excluded.nonce, seen_at = excluded.seen_at
            """,
            [
                .blob(push.replica.rowID), .text(push.nodeName), .integer(seq), .blob(push.contains.nonce[...]),
                .integer(now),
            ])
    }

    /// What the server has in place of the denied rows, as far as the pusher may read it, and it is not damaged: a
    /// compressed page, empty for nothing.
    fileprivate func states(of denied: [RowDenial], in view: ReadView) throws -> [UInt8] {
        guard !denied.isEmpty else { return [] }
        var assembly = PageAssembly()
        let (readable, damaged) = try (audiences.readable(view), damagedRows())
        for row in denied {
            guard let table = try rows.table(named: row.table) else { continue }
            let key = RowKey(table: table.number, id: row.row)
            guard !damaged.contains(key), try readable.contains(audience(of: key)),
                let clock = try clocks.entry(key)?.clock,
                let state = try rows.state(key, clock)?.state
            else {
                continue
            }
            assembly.add(state, of: table, size: 0)
        }
        let page = try assembly.rows == 0 ? [] : assembly.page.encoded()
        guard page.count <= ChangesetLimits.pageBytesMax, assembly.isReadable else {
            throw SyncRefusal(.tooLarge, "\(denied.count) rows are refused at once, too many to answer for")
        }
        return page
    }
}
