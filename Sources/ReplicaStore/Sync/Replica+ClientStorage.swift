package import Changesets
internal import FoundationEssentials
internal import GRDB
package import SyncEngine

extension Replica: ClientStorage {
    package static var schemaVersion: UInt32 { ReplicaSchema.shipped.version }

    package func clientIdentity() throws -> ClientIdentity {
        try settle()
        return try read { transaction in
            let identity = try transaction.identity()
            return ClientIdentity(
                workspace: identity.workspace, replica: identity.replica, nodeName: identity.nodeName,
                schemaVersion: surroundings.schema.version, user: identity.user,
                isBlank: try transaction.isBlank())
        }
    }

    package func remoteState() throws -> RemoteState? {
        try readOne { transaction in
            try Row.fetchOne(
                transaction.database.keptStatement(
                    "SELECT epoch, position, acked_seq, acked_nonce, is_compared, bootstrapping, held, view FROM remote"
                )
            ).map {
                RemoteState(
                    epoch: [UInt8]($0[0] as Data), position: UInt64($0[1] as Int64),
                    ackedSeq: UInt64($0[2] as Int64), ackedNonce: [UInt8]($0[3] as Data), isCompared: $0[4],
                    isBootstrapping: $0[5], heldView: [UInt8]($0[6] as Data), view: [UInt8]($0[7] as Data))
            }
        }
    }

    package func hasSealed(_ seq: UInt64, nonce: [UInt8]) throws -> Bool {
        guard let seq = Int64(exactly: seq) else { return false }
        return try readOne { transaction in
            let seal = try SQLStatement(transaction.database, "SELECT 1 FROM seals WHERE seq = ? AND nonce = ?")
            return try seal.first([.integer(seq), .blob(nonce[...])]) { _ in true } ?? false
        }
    }

    package func enterEpoch(_ epoch: [UInt8], ackedSeq: UInt64, ackedNonce: [UInt8]) throws {
        try writeUncaptured { transaction in
            try transaction.fold()
            try transaction.execute("UPDATE row_clocks SET dirty = 1 WHERE dirty = 0", [])
            try transaction.execute("DELETE FROM staged_pages", [])
            try transaction.forgetHashes()
            // With its first server a replica has nothing in common yet.
            try transaction.execute(
                """
                INSERT INTO remote (only, epoch, position, acked_seq, acked_nonce, is_compared) VALUES (1, ?, 0, ?, ?, 1)
                ON CONFLICT (only) DO UPDATE SET epoch = excluded.epoch, position = 0,
                    acked_seq = excluded.acked_seq, acked_nonce = excluded.acked_nonce, is_compared = 0, bootstrapping = 0
                """,
                [.blob(epoch[...]), .integer(Int64(clamping: ackedSeq)), .blob(ackedNonce[...])])
        }
    }

    package func isAllSent() throws -> Bool { try unsent() == nil }

    package func beginPush() throws -> ReplicaSnapshot? {
        try requireSpace()
        while true {
            try foldPending()
            if try unsent() == nil { return nil }
            // Most pushes are of one part, for which the file need not be opened once more.
            if let short = try read({ try ReplicaSnapshot(ofOnePart: $0, surroundings) }) { return short }
            let snapshot = try ReplicaError.translating(path) { try ReplicaSnapshot(path: path, surroundings) }
            // Another process may have written between the fold and the snapshot.
            if try snapshot.isFolded { return snapshot }
        }
    }

    package func finishPush(
        _ snapshot: ReplicaSnapshot, _ outcome: PushOutcome, publishedThrough position: UInt64? = nil
    ) throws {
        let position = try position.map { try Int64(served: $0) }
        try writeUncaptured { transaction in
            try transaction.fold()
            var denials = DenialHandling(transaction, upTo: snapshot.head)
            try denials.run(outcome)
            try transaction.drop(outcome.collected, upTo: snapshot.head)
            let stays = try snapshot.oversized.compactMap { row in
                try transaction.rows.table(named: row.table).map { RowKey(table: $0.number, id: row.row) }
            }
            try transaction.forgetHashes(upTo: snapshot.head)
            if let position {
                try transaction.notePublished(snapshot.sent, upTo: snapshot.head)
                try transaction.execute("UPDATE remote SET position = max(position, ?)", [.integer(position)])
            }
            try transaction.markClean(upTo: snapshot.head, except: stays)
            try transaction.execute(
                "UPDATE remote SET acked_seq = ?, acked_nonce = ?",
                [.integer(Int64(clamping: snapshot.seq)), .blob(snapshot.nonce[...])])
            try transaction.execute(
                "DELETE FROM seals WHERE last_change IS NULL AND seq < ?", [.integer(Int64(clamping: snapshot.seq))])
            try transaction.closeGap(after: denials.losses)
        }
    }

    package func stagedPosition(in epoch: [UInt8]) throws -> UInt64? {
        try readOne { transaction in
            let last = try SQLStatement(
                transaction.database, "SELECT next_position FROM staged_pages WHERE epoch = ? ORDER BY n DESC LIMIT 1")
            return try last.first([.blob(epoch[...])]) { UInt64($0.integer(0)) }
        }
    }

    package func stage(_ page: StagedPage, in epoch: [UInt8]) throws {
        let position = try Int64(served: page.next)
        let (collected, departed) = try (page.collected.encoded, page.departed.encoded)
        try writeUncaptured { transaction in
            try transaction.execute(
                "INSERT INTO staged_pages (epoch, next_position, page, collected, departed, staged_at) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    .blob(epoch[...]), .integer(position), .blob(page.page[...]), .blob(collected[...]),
                    .blob(departed[...]),
                    .integer(transaction.now),
                ])
        }
    }

    package func applyStaged(
        and last: StagedPage? = nil, upTo position: UInt64, floor: VersionVector, progress: (Int, Int) -> Void
    ) throws -> PullOutcome {
        let position = try Int64(served: position)
        let last = last.flatMap { $0.isEmpty ? nil : $0 }
        if last == nil, try isUpToDate(position, floor) { return PullOutcome() }
        do {
            return try healingCopies { try applyPages(and: last, upTo: position, floor, progress) }
        } catch let error as ChangesetError {
            // Damaged on the way, or by the server: fetched anew by the next sync.
            try writeUncaptured { try $0.execute("DELETE FROM staged_pages", []) }
            throw error
        }
    }

    private func applyPages(
        and last: StagedPage?, upTo position: Int64, _ floor: VersionVector, _ progress: (Int, Int) -> Void
    ) throws -> PullOutcome {
        try writeUncaptured { transaction in
            try transaction.fold()
            try transaction.raiseFloor(to: floor)
            var pull = try PullApplication(transaction)
            try transaction.withoutCapture { try pull.run(and: last, progress) }
            try transaction.execute("DELETE FROM staged_pages", [])
            try transaction.execute(
                "UPDATE remote SET position = max(position, ?), bootstrapping = 0", [.integer(position)])
            try transaction.closeGap(after: pull.outcome.losses)
            return pull.outcome
        }
    }

    private func isUpToDate(_ position: Int64, _ floor: VersionVector) throws -> Bool {
        try read { transaction in
            let isAtPosition = try Bool.fetchOne(
                transaction.database.keptStatement(
                    """
                    SELECT NOT EXISTS (SELECT 1 FROM staged_pages)
                       AND EXISTS (SELECT 1 FROM remote WHERE position >= ? AND bootstrapping = 0)
                    """), arguments: [position])
            return try isAtPosition == true && !floor.exceeds(transaction.floor())
        }
    }
}

extension Int64 {
    /// A position, as a server gave it.
    init(served position: UInt64) throws {
        guard let position = Int64(exactly: position) else {
            throw SyncRefusal(.malformed, "the server gave a position out of range")
        }
        self = position
    }
}

extension WriteTransaction {
    /// Joins compressed pages: the first column of `pages`, and then one more.
    func join(
        _ pages: SQLStatement, _ values: [Value] = [], and last: ChangesetPage? = nil, with applying: inout Applying
    ) throws {
        try fold()
        try withoutCapture {
            try joinOnce(pages, values, last, &applying)
            if try applying.needsSecondPass() { try joinOnce(pages, values, last, &applying) }
            try applying.finish()
        }
        try noteCrowdedPrompts()
    }

    private func joinOnce(
        _ pages: SQLStatement, _ values: [Value], _ last: ChangesetPage?, _ applying: inout Applying
    ) throws {
        for stage in applying.stages {
            applying.stage = stage
            try pages.forEach(values) { try applying.apply(ChangesetPage(encoded: $0.bytes(0)[...])) }
            if let last { try applying.apply(last) }
        }
    }

    /// As what the server publishes what was pushed, its reply or the pull that follows says.
    fileprivate func forgetHashes(upTo head: Int64) throws {
        let hashes = try statement(
            "SELECT hash FROM row_clocks WHERE dirty = 1 AND position <= ? AND hash IS NOT NULL")
        try hashes.forEach([.integer(head)]) { try countHash(nil, insteadOf: $0.hash(0)) }
    }

    /// What was pushed as it still is, is clean; what changed since has a later position.
    fileprivate func markClean(upTo head: Int64, except stays: [RowKey]) throws {
        try execute("UPDATE row_clocks SET dirty = 0, hash = NULL WHERE dirty = 1 AND position <= ?", [.integer(head)])
        for key in stays {
            try execute(
                "UPDATE row_clocks SET dirty = 1 WHERE tbl = ? AND id = ?", [.integer(Int64(key.table)), .blob(key.id)])
        }
    }

    /// The server has published rows as they were sent, whatever has become of them here since. Those that are as they
    /// were are clean.
    fileprivate func notePublished(_ sent: [SentRow], upTo head: Int64) throws {
        // Not by RETURNING, for which SQLite makes a table each time.
        let note = try statement(
            "UPDATE row_clocks SET hash = ?, dirty = 0 WHERE tbl = ? AND id = ? AND dirty = 1 AND position <= ?")
        for row in sent {
            try note.run([Value(hash: row.hash)] + row.key.values + [.integer(head)])
            if database.changesCount > 0 {
                try countHash(row.hash, insteadOf: nil)
                // It was changed meanwhile; what was purged is not here any more.
            } else if let entry = try clocks.entry(row.key) {
                try setHash(row.hash, of: row.key, insteadOf: entry.hash)
            }
        }
    }
}
