internal import AccessControl
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
    /// Rows in which this replica and its server turned out to differ, and that were put right.
    package var repaired = 0
    /// Rows here that were not what was published, though nobody had edited them.
    package var damaged = 0
    /// Rows dropped here, as they are deleted and collected.
    package var collected = 0
    /// This replica was away so long that it pulled everything anew.
    package var wasBootstrapped = false
    /// Rows that went, as they may not be read here any more.
    package var losses = Losses()
    /// Whoever uses this replica does not belong to the workspace any more.
    package var lostAccess = false
}

/// The client side of a sync, without I/O: handshake, push, pull. Give it each reply, and send the
/// request that it gives back; nil means done.
package struct ClientSync<Storage: ClientStorage> {
    enum Phase {
        case idle
        case handshaking
        case pushing(Storage.Snapshot, pushID: [UInt8], part: UInt32)
        case pulling(from: UInt64)
        case comparing(Comparison, Comparison.Purpose)
        case fetching(Fetching)
        case done
    }

    /// Each round heals something; a peer that never agrees must not keep us going for ever.
    private static var handshakesMax: Int { 5 }
    /// What a hybrid time can hold, in Unix milliseconds.
    private static var plausibleTimes: Range<Int64> { 0..<1 << 47 }

    let storage: Storage
    var phase = Phase.idle
    private(set) var identity: ClientIdentity
    private(set) var server = HandshakeReply()
    private var handshakes = 0
    /// Once a sync: what can't be repaired must not keep us going.
    var wasCompared = false
    /// What had been applied before this session's pull.
    private var applied: UInt64 = 0
    /// What the handshake has brought of the pull.
    private var pulledAhead: PullReply?
    /// Whether the pull goes on where the last one ended, under the view of that.
    private var isPlain = false
    /// Whether the closing part of the push asked for a pull too.
    private var asksToPull = false
    /// Where the pull began; a later run of the same pull goes on from what is staged.
    private var pullStart: UInt64 = 0
    /// The view under which the last pull was completed, where it is another one than now.
    private var heldView: [UInt8]?
    private let progress: (SyncProgress) -> Void
    package internal(set) var summary = SyncSummary()

    /// - Parameter progress: called after each exchange that moved rows, and while they are joined.
    package init(_ storage: Storage, progress: @escaping (SyncProgress) -> Void = { _ in }) throws {
        self.storage = storage
        self.progress = progress
        identity = try storage.clientIdentity()
    }

    package mutating func start() throws -> SyncRequest {
        handshakes += 1
        phase = .handshaking
        var request = HandshakeRequest(identity)
        pulledAhead = nil
        if let remote = try storage.remoteState() {
            request.epoch = Data(remote.epoch)
            request.position = remote.position
            if let pull = try pullAhead(remote) { request.pull = pull }
        }
        return .handshake(request)
    }

    /// What is to be asked where the server is as it was and there is nothing to push: most handshakes of those who
    /// look whether there is something new.
    private func pullAhead(_ remote: RemoteState) throws -> PullRequest? {
        guard remote.isCompared, !remote.isBootstrapping, remote.heldView == remote.view,
            try storage.stagedPosition(in: remote.epoch) == nil, try storage.isAllSent()
        else { return nil }
        return PullRequest(
            identity, epoch: Data(remote.epoch), follows: (remote.ackedSeq, Data(remote.ackedNonce)),
            viewHash: ReadView.hash(ofWire: remote.view), after: remote.position, applied: remote.position)
    }

    package mutating func receive(_ reply: SyncReply) throws -> SyncRequest? {
        switch (phase, reply) {
        case (.handshaking, .handshake(let reply)): return try settle(reply)
        case (.pushing(let snapshot, let pushID, let part), .push(let reply)):
            return try pushed(reply, snapshot, pushID, part)
        case (.pulling(let position), .pull(let reply)): return try pulled(reply, after: position)
        case (.comparing(let comparison, let purpose), .digest(let reply)):
            return try compared(reply, comparison, purpose)
        case (.fetching(let fetching), .rows(let reply)): return try fetched(reply, fetching)
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
        try adoptUser(reply)
        let isNewEpoch = remote.map { self.isNewEpoch(reply, after: $0) } ?? true
        if !isNewEpoch, !reply.bootstrap, reply.hasPull { pulledAhead = reply.pull }
        // What is dirty is what was not sent, until a new epoch makes everything so.
        if remote != nil, try enter(reply, isNewEpoch: isNewEpoch) { return try startAgain() }
        if isNewEpoch {
            summary.metNewEpoch = summary.metNewEpoch || remote != nil
            try storage.enterEpoch(
                Array(reply.epoch), ackedSeq: reply.lastSeq, ackedNonce: Array(reply.lastNonce))
        }
        if remote == nil, try enter(reply, isNewEpoch: true) { return try startAgain() }
        if summary.lostAccess { return end() }
        if try storage.remoteState()?.isCompared == false { return try compareInNewEpoch() }
        try storage.dropOldStaged()
        if reply.bootstrap, !isNewEpoch {
            try storage.beginBootstrap()
            summary.wasBootstrapped = true
        }
        return try push()
    }

    /// What may not be held any more goes before anything is pushed: else it would be denied, or not.
    ///
    /// - Returns: whether this replica has a new id, as work was set aside that will never be sent.
    private mutating func enter(_ reply: HandshakeReply, isNewEpoch: Bool) throws -> Bool {
        let view = try ReadView(wireBytes: Array(reply.view))
        let losses = try storage.enter(view, isNewEpoch: isNewEpoch)
        summary.losses = summary.losses + losses
        summary.lostAccess = view.isNothing
        return losses.leavesGap
    }

    private func hasNewID() throws -> Bool { try storage.replicaID() != identity.replica }

    /// Under the id that this replica has now.
    mutating func startAgain() throws -> SyncRequest? {
        try requireAnotherTry()
        identity = try storage.clientIdentity()
        return try start()
    }

    private func requireAnotherTry() throws {
        guard handshakes < Self.handshakesMax else {
            throw SyncRefusal(.unavailable, "this replica and the server can't agree on what was sent; try again")
        }
    }

    private mutating func adoptUser(_ reply: HandshakeReply) throws {
        guard let user = RowID(reply.userID), user.length == 16, user != identity.user else { return }
        try storage.adopt(user)
        identity.user = user
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
        try requireAnotherTry()
        try storage.reparent()
        summary.wasReparented = true
        return try startAgain()
    }

    /// A server whose last transaction of ours is below the one it acknowledged, or whose order is
    /// shorter than what we have pulled, lost something, whatever epoch it names.
    private func isNewEpoch(_ reply: HandshakeReply, after remote: RemoteState) -> Bool {
        Array(reply.epoch) != remote.epoch || reply.lastSeq < remote.ackedSeq || reply.headPosition < remote.position
    }

    mutating func push() throws -> SyncRequest? {
        guard var snapshot = try storage.beginPush() else { return try pull() }
        // It would lack what the push brings.
        pulledAhead = nil
        let pushID = storage.random.bytes(16)
        guard let first = try snapshot.nextPart() else {
            summary.skipped += snapshot.oversized
            return try pull()
        }
        return try send(first, of: snapshot, pushID, part: 0)
    }

    private mutating func send(
        _ part: PushPart, of snapshot: Storage.Snapshot, _ pushID: [UInt8], part number: UInt32
    ) throws -> SyncRequest {
        phase = .pushing(snapshot, pushID: pushID, part: number)
        summary.sent += part.rows
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
        request.part = number
        request.page = Data(part.page)
        request.viewHash = viewHash
        if part.isLast { try close(&request, snapshot) }
        return .push(request)
    }

    /// Has the parts applied. Who has pulled all that there was under this view, and knows what it sent, needs no pull
    /// of its own.
    private mutating func close(_ request: inout PushRequest, _ snapshot: Storage.Snapshot) throws {
        request.last = true
        let from = try beginPull()
        asksToPull = snapshot.knowsWhatWasSent && isPlain && from == applied
        if asksToPull { request.appliedPosition = applied }
        if planted(.ackBeforeCommit) {
            try storage.finishPush(snapshot, PushOutcome(denials: [], serverRows: []), publishedThrough: nil)
        }
    }

    private mutating func pushed(
        _ reply: PushReply, _ snapshot: Storage.Snapshot, _ pushID: [UInt8], _ part: UInt32
    ) throws -> SyncRequest? {
        var snapshot = snapshot
        progress(SyncProgress(.sending, done: UInt64(summary.sent)))
        if reply.applied { return try finishPush(reply, snapshot) }
        guard let next = try snapshot.nextPart() else {
            throw SyncRefusal(.malformed, "the server did not apply the last part of a push")
        }
        return try send(next, of: snapshot, pushID, part: part + 1)
    }

    private mutating func finishPush(_ reply: PushReply, _ snapshot: Storage.Snapshot) throws -> SyncRequest? {
        let denials = reply.denials.compactMap { denial in
            RowID(denial.rowID).map { RowDenial(table: denial.table, row: $0, reason: denial.reason) }
        }
        summary.denials += denials
        summary.skipped += snapshot.oversized
        summary.merged += Int(clamping: reply.rowsSuperseded)
        let collected = try RowNaming.rows(reply.collected)
        summary.collected += collected.count
        let hasPulled = reply.hasPull && asksToPull
        guard !hasPulled || reply.pullPosition >= applied else {
            throw SyncRefusal(.malformed, "the server pulls for a push from before what was applied")
        }
        try storage.finishPush(
            snapshot,
            PushOutcome(denials: denials, serverRows: Array(reply.serverRows), collected: collected),
            publishedThrough: hasPulled && reply.pullPosition > applied ? reply.pullPosition : nil)
        if try hasNewID() { return try startAgain() }
        server.lastSeq = snapshot.seq
        server.lastNonce = Data(snapshot.nonce)
        guard hasPulled else { return try pull() }
        pullStart = reply.pullPosition
        return try pulled(reply.pull, after: reply.pullPosition)
    }

    private mutating func pull() throws -> SyncRequest? {
        let from = try beginPull()
        // It was asked for under the view of before.
        if let reply = pulledAhead, isPlain, from == applied {
            pulledAhead = nil
            return try pulled(reply, after: from)
        }
        return pullRequest(from: from)
    }

    /// - Returns: the position that is asked for first.
    private mutating func beginPull() throws -> UInt64 {
        let remote = try storage.remoteState()
        applied = remote?.position ?? 0
        let isBootstrapping = remote?.isBootstrapping == true
        heldView = remote.map(\.heldView).flatMap { held in
            isBootstrapping || applied == 0 || held == Array(server.view) ? nil : held
        }
        pullStart = isBootstrapping || heldView != nil ? 0 : applied
        isPlain = !isBootstrapping && heldView == nil
        return try storage.stagedPosition(in: Array(server.epoch)) ?? pullStart
    }

    private mutating func pullRequest(from position: UInt64) -> SyncRequest {
        phase = .pulling(from: position)
        var request = PullRequest(
            identity, epoch: server.epoch, follows: (server.lastSeq, server.lastNonce), viewHash: viewHash,
            after: position, applied: applied)
        if let heldView {
            request.heldView = Data(heldView)
            request.heldPosition = applied
        }
        return .pull(request)
    }

    private mutating func pulled(_ reply: PullReply, after position: UInt64) throws -> SyncRequest? {
        guard reply.complete || reply.nextPosition > position else {
            throw SyncRefusal(.malformed, "the server does not come to an end: it gave the same position twice")
        }
        let page = StagedPage(
            page: Array(reply.page), collected: try RowNaming.rows(reply.collected),
            departed: try RowNaming.rows(reply.departed), next: reply.nextPosition)
        // The last one need not wait for any other.
        if !page.isEmpty, !reply.complete { try storage.stage(page, in: Array(server.epoch)) }
        let floor = try VectorCoding.vector(reply.floor)
        if planted(.pageBeforeComplete) {
            _ = try storage.applyStaged(and: nil, upTo: reply.nextPosition, floor: floor) { _, _ in }
        }
        let received = SyncProgress.receiving(upTo: reply.nextPosition, from: pullStart, head: server.headPosition)
        if received.done > 0 { progress(received) }
        guard reply.complete else { return pullRequest(from: reply.nextPosition) }
        let isSame = try applyStaged(and: page, upTo: reply.nextPosition, floor: floor, received.done)
        try storage.noteHeld()
        return isSame ? try verify(reply) : try startAgain()
    }

    /// - Parameter received: positions that the staged pages span, for who watches.
    /// - Returns: false where this replica has a new id, as what came showed that it is a copy, or took away
    ///   what was not sent.
    mutating func applyStaged(
        and last: StagedPage? = nil, upTo position: UInt64, floor: VersionVector = VersionVector(),
        _ received: UInt64 = 0
    ) throws -> Bool {
        let outcome = try storage.applyStaged(and: last, upTo: position, floor: floor) { [progress] done, all in
            let rows = received / UInt64(max(all, 1)) * UInt64(done)
            progress(SyncProgress(.joining, done: done == all ? received : rows, total: received))
        }
        summary.received += outcome.changed
        summary.collected += outcome.collected
        summary.conflicts += outcome.conflicts
        summary.skipped += outcome.skipped
        summary.losses = summary.losses + outcome.losses
        guard try hasNewID() else { return true }
        summary.wasReparented = summary.wasReparented || !outcome.losses.leavesGap
        return false
    }

    /// Names what the server said may be read here.
    var viewHash: Data { ReadView.hash(ofWire: Array(server.view)) }

    mutating func end() -> SyncRequest? {
        phase = .done
        return nil
    }
}
