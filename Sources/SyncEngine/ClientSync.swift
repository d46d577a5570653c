internal import Changesets
internal import FoundationEssentials
internal import SyncProtocol

/// What a sync did, for whoever asked for it.
package struct SyncSummary: Sendable {
    /// Rows pushed.
    package var sent = 0
    /// Rows that changed here by the pull.
    package var received = 0
    /// Pushed rows of which the server already had something newer to join.
    package var merged = 0
    /// Values that a merge here put into the conflict journal.
    package var conflicts = 0
    package var denials: [RowDenial] = []
    /// Rows that could not be sent or taken, and stay where they are.
    package var skipped: [RowDenial] = []
    /// This replica was a copy or a restored backup and took a new id.
    package var wasReparented = false
    /// Its clock was ahead, and what it had stamped was stamped anew.
    package var wasRestamped = false
    /// The server publishes in a new order: it was restored, or is another one.
    package var metNewEpoch = false
    /// Why nothing could be pushed, though the server answers and everything was pulled.
    package var pushRefusal: SyncRefusal?
}

/// The client side of a sync, without I/O: handshake, push, pull. Give it each reply, and send the
/// request that it gives back; nil means done.
package struct ClientSync<Storage: ClientStorage> {
    private enum Phase {
        case idle
        case handshaking
        case pushing(Storage.Snapshot, pushID: [UInt8], part: UInt32)
        case pulling(from: UInt64)
        case done
    }

    /// Each round heals something; a peer that never agrees must not keep us going for ever.
    private static var handshakesMax: Int { 5 }
    /// What a hybrid time can hold, in Unix milliseconds.
    private static var plausibleTimes: Range<Int64> { 0..<1 << 47 }

    private let storage: Storage
    private var phase = Phase.idle
    private var identity: ClientIdentity
    private var server = HandshakeReply()
    private var handshakes = 0
    package private(set) var summary = SyncSummary()

    package init(_ storage: Storage) throws {
        self.storage = storage
        identity = try storage.clientIdentity()
    }

    package mutating func start() throws -> SyncRequest {
        handshakes += 1
        phase = .handshaking
        return .handshake(HandshakeRequest(identity))
    }

    package mutating func receive(_ reply: SyncReply) throws -> SyncRequest? {
        switch (phase, reply) {
        case (.handshaking, .handshake(let reply)): return try settle(reply)
        case (.pushing(let snapshot, let pushID, let part), .push(let reply)):
            return try pushed(reply, snapshot, pushID, part)
        case (.pulling(let position), .pull(let reply)): return try pulled(reply, after: position)
        default: throw SyncRefusal(.malformed, "the server gave an answer that does not fit the question")
        }
    }

    /// A refusal that the sync can heal by itself: the next request, or the refusal is thrown.
    package mutating func receive(_ refusal: SyncRefusal) throws -> SyncRequest? {
        guard handshakes < Self.handshakesMax else { throw refusal }
        switch refusal.code {
        case .handshakeAgain: return try start()
        case .restamp:
            guard case .pushing = phase else { throw refusal }
            // One that did not believe its clock, and now does.
            guard server.serverTimeMs > 0 else { return try start() }
            try storage.restamp(after: server.serverTimeMs + SyncLimits.skewMax, serverTime: server.serverTimeMs)
            summary.wasRestamped = true
            return try start()
        case .unavailable:
            // What others did can still be had.
            guard case .pushing = phase else { throw refusal }
            summary.pushRefusal = refusal
            return try pull()
        default: throw refusal
        }
    }

    private mutating func settle(_ reply: HandshakeReply) throws -> SyncRequest? {
        guard Array(reply.workspaceID) == identity.workspace.bytes else {
            throw SyncRefusal(.foreignWorkspace, "the server's workspace is another one; use connect with --adopt")
        }
        guard Self.plausibleTimes.contains(reply.serverTimeMs) else {
            throw SyncRefusal(.malformed, "the server's clock shows an impossible time")
        }
        server = reply
        // 0: the server does not believe its own clock.
        if reply.serverTimeMs > 0 { try storage.noteServerTime(reply.serverTimeMs) }
        let remote = try storage.remoteState()
        if try isOfAnother(reply, remote) { return try reparent() }
        let isNewEpoch = remote.map { self.isNewEpoch(reply, after: $0) } ?? true
        if isNewEpoch {
            summary.metNewEpoch = summary.metNewEpoch || remote != nil
            try storage.enterEpoch(
                Array(reply.epoch), ackedSeq: reply.lastSeq, ackedNonce: Array(reply.lastNonce))
        }
        return try push()
    }

    /// Whether the server holds a transaction under this replica's id that this replica never sealed.
    /// One from before the last acknowledged is a restored server's, and may be forgotten here.
    private func isOfAnother(_ reply: HandshakeReply, _ remote: RemoteState?) throws -> Bool {
        guard !planted(.seqReusedAfterRestore), reply.lastSeq > 0, reply.lastSeq >= remote?.ackedSeq ?? 0 else {
            return false
        }
        // A restored server's older acknowledgement, taken over with its epoch.
        if let remote, reply.lastSeq == remote.ackedSeq, Array(reply.lastNonce) == remote.ackedNonce { return false }
        return try !storage.hasSealed(reply.lastSeq, nonce: Array(reply.lastNonce))
    }

    /// The server holds work of this replica id that this replica never did: a copy of it did, or it
    /// did so itself before it was restored from a backup.
    private mutating func reparent() throws -> SyncRequest? {
        guard handshakes < Self.handshakesMax else {
            throw SyncRefusal(.unavailable, "this replica and the server can't agree on what was sent; try again")
        }
        try storage.reparent()
        identity = try storage.clientIdentity()
        summary.wasReparented = true
        return try start()
    }

    /// A server whose last transaction of ours is below the one it acknowledged, or whose order is
    /// shorter than what we have pulled, lost something, whatever epoch it names.
    private func isNewEpoch(_ reply: HandshakeReply, after remote: RemoteState) -> Bool {
        Array(reply.epoch) != remote.epoch || reply.lastSeq < remote.ackedSeq || reply.headPosition < remote.position
    }

    private mutating func push() throws -> SyncRequest? {
        guard var snapshot = try storage.beginPush() else { return try pull() }
        let pushID = storage.random.bytes(16)
        guard let first = try snapshot.nextPart() else {
            summary.skipped += snapshot.oversized
            return try pull()
        }
        return try send(first, of: snapshot, pushID, part: 0)
    }

    private mutating func send(
        _ page: (page: [UInt8], rows: Int), of snapshot: Storage.Snapshot, _ pushID: [UInt8], part: UInt32
    ) throws -> SyncRequest {
        phase = .pushing(snapshot, pushID: pushID, part: part)
        summary.sent += page.rows
        var request = PushRequest()
        request.workspaceID = Data(identity.workspace.bytes)
        request.replicaID = Data(identity.replica.bytes)
        request.nodeName = identity.nodeName
        request.epoch = server.epoch
        request.followsSeq = server.lastSeq
        request.followsNonce = server.lastNonce
        request.seq = snapshot.seq
        request.nonce = Data(snapshot.nonce)
        request.pushID = Data(pushID)
        request.part = part
        request.page = Data(page.page)
        return .push(request)
    }

    private mutating func pushed(
        _ reply: PushReply, _ snapshot: Storage.Snapshot, _ pushID: [UInt8], _ part: UInt32
    ) throws -> SyncRequest? {
        var snapshot = snapshot
        if reply.applied { return try finishPush(reply, snapshot) }
        if let next = try snapshot.nextPart() { return try send(next, of: snapshot, pushID, part: part + 1) }
        // Every part is staged: an empty last one has them applied.
        guard case .push(var closing) = try send(([], 0), of: snapshot, pushID, part: part + 1) else { return nil }
        closing.last = true
        if planted(.ackBeforeCommit) { try storage.finishPush(snapshot, PushOutcome(denials: [], serverRows: [])) }
        return .push(closing)
    }

    private mutating func finishPush(_ reply: PushReply, _ snapshot: Storage.Snapshot) throws -> SyncRequest? {
        let denials = reply.denials.compactMap { denial in
            RowID(denial.rowID).map { RowDenial(table: denial.table, row: $0, reason: denial.reason) }
        }
        summary.denials += denials
        summary.skipped += snapshot.oversized
        summary.merged += Int(clamping: reply.rowsSuperseded)
        try storage.finishPush(snapshot, PushOutcome(denials: denials, serverRows: Array(reply.serverRows)))
        server.lastSeq = snapshot.seq
        server.lastNonce = Data(snapshot.nonce)
        return try pull()
    }

    private mutating func pull() throws -> SyncRequest? {
        let epoch = Array(server.epoch)
        let position = try storage.stagedPosition(in: epoch) ?? storage.remoteState()?.position ?? 0
        return pullRequest(from: position)
    }

    private mutating func pullRequest(from position: UInt64) -> SyncRequest {
        phase = .pulling(from: position)
        var request = PullRequest()
        request.workspaceID = Data(identity.workspace.bytes)
        request.replicaID = Data(identity.replica.bytes)
        request.epoch = server.epoch
        request.followsSeq = server.lastSeq
        request.followsNonce = server.lastNonce
        request.position = position
        return .pull(request)
    }

    private mutating func pulled(_ reply: PullReply, after position: UInt64) throws -> SyncRequest? {
        guard reply.complete || reply.nextPosition > position else {
            throw SyncRefusal(.malformed, "the server does not come to an end: it gave the same position twice")
        }
        if !reply.page.isEmpty {
            try storage.stage(Array(reply.page), next: reply.nextPosition, in: Array(server.epoch))
        }
        if planted(.pageBeforeComplete) { _ = try storage.applyStaged(upTo: reply.nextPosition) }
        guard reply.complete else { return pullRequest(from: reply.nextPosition) }
        let outcome = try storage.applyStaged(upTo: reply.nextPosition)
        summary.received += outcome.changed
        summary.conflicts += outcome.conflicts
        summary.skipped += outcome.skipped
        let replica = try storage.clientIdentity().replica
        summary.wasReparented = summary.wasReparented || replica != identity.replica
        phase = .done
        return nil
    }
}
