package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import SwiftProtobuf
internal import SyncProtocol

/// Who a server is in an exchange.
package struct ServerIdentity: Sendable {
    package var workspace: RowID
    package var workspaceName: String
    package var replica: ReplicaID
    package var epoch: [UInt8]
    package var head: UInt64
    package var schemaVersion: UInt32
    /// Unix milliseconds; 0 where the server does not believe its own clock.
    package var now: Int64

    package init(
        workspace: RowID, workspaceName: String, replica: ReplicaID, epoch: [UInt8], head: UInt64,
        schemaVersion: UInt32, now: Int64
    ) {
        self.workspace = workspace
        self.workspaceName = workspaceName
        self.replica = replica
        self.epoch = epoch
        self.head = head
        self.schemaVersion = schemaVersion
        self.now = now
    }
}

/// The last transaction of a client that a server holds.
package struct AcknowledgedTransaction: Hashable, Sendable {
    package var seq: UInt64
    package var nonce: [UInt8]

    package init(seq: UInt64, nonce: [UInt8]) {
        self.seq = seq
        self.nonce = nonce
    }

    package static let none = AcknowledgedTransaction(seq: 0, nonce: [])
}

/// A push that is complete: who pushed, what it names, and the parts that were staged for it.
package struct StagedPush: Sendable {
    package var replica: ReplicaID
    package var nodeName: String
    package var id: [UInt8]
    package var parts: UInt32
    /// The transaction it must follow; another push may have come between.
    package var follows: AcknowledgedTransaction
    package var contains: AcknowledgedTransaction
    /// What came with the closing part: a compressed page behind the staged ones, empty for none.
    package var page: [UInt8]
    /// Up to where the pusher has applied what was published; nil where it does not say.
    package var applied: UInt64?

    package init(
        replica: ReplicaID, nodeName: String, id: [UInt8], parts: UInt32, follows: AcknowledgedTransaction,
        contains: AcknowledgedTransaction, page: [UInt8] = [], applied: UInt64? = nil
    ) {
        self.replica = replica
        self.nodeName = nodeName
        self.id = id
        self.parts = parts
        self.follows = follows
        self.contains = contains
        self.page = page
        self.applied = applied
    }
}

package struct PushVerdicts: Sendable {
    package var applied: Int
    package var superseded: Int
    package var outcome: PushOutcome
    /// Where the pusher had applied all that was published before, and nothing was published by the push but its
    /// rows, as they came: the position of the last of them, up to which it has everything now.
    package var coveredThrough: UInt64?

    package init(applied: Int, superseded: Int, outcome: PushOutcome, coveredThrough: UInt64? = nil) {
        self.applied = applied
        self.superseded = superseded
        self.outcome = outcome
        self.coveredThrough = coveredThrough
    }
}

package struct PublishedPage: Sendable {
    /// A compressed page; empty when there was nothing.
    package var page: [UInt8]
    package var next: UInt64
    package var isComplete: Bool
    /// Rows that were collected since the position asked for, up to `next`.
    package var collected: [RowName]
    /// Rows that whoever asks could read before, and can't any more.
    package var departed: [RowName]
    /// An absent row with no edit above it was deleted. Empty unless the page completes the pull.
    package var floor: VersionVector
    /// Of all that is published, where the page completes the pull, and this node publishes for itself.
    package var digest: HashSum?

    package init(
        page: [UInt8], next: UInt64, isComplete: Bool, collected: [RowName] = [], departed: [RowName] = [],
        floor: VersionVector = .init(),
        digest: HashSum? = nil
    ) {
        self.page = page
        self.next = next
        self.isComplete = isComplete
        self.collected = collected
        self.departed = departed
        self.floor = floor
        self.digest = digest
    }
}

/// Which of the published rows are asked for.
package struct PublishedRange: Sendable {
    package var after: UInt64
    /// What may be read.
    package var view: ReadView
    /// Another view, under which all was received up to a position: rows up to there are asked for only
    /// where it does not contain them. It may be anything, and never gives more than `view`.
    package var held: (view: ReadView, position: UInt64)?
    /// Who has not applied anything yet need not be told what went.
    package var isAnew: Bool

    package init(
        after: UInt64, view: ReadView = .everything, held: (view: ReadView, position: UInt64)? = nil,
        isAnew: Bool = false
    ) {
        self.after = after
        self.view = view
        self.held = held
        self.isAnew = isAnew
    }
}

/// What the server side of a sync needs of a replica.
package protocol ServerStorage {
    func serverIdentity() throws -> ServerIdentity
    func acknowledged(of replica: ReplicaID) throws -> AcknowledgedTransaction
    /// Keeps one part until the push is complete; a new push of that replica discards the old one's.
    func stage(_ page: [UInt8], of replica: ReplicaID, push: [UInt8], part: UInt32) throws
    /// Joins the staged parts, publishes and acknowledges, in one durable transaction.
    ///
    /// - Throws: `SyncRefusal` with nothing changed.
    func apply(_ push: StagedPush, by actor: Actor) throws -> PushVerdicts
    /// Moves a label if it points at what is expected.
    ///
    /// - Returns: whether it was moved, and what it points at now.
    func move(_ label: LabelMove, by actor: Actor) throws -> (isMoved: Bool, version: RowID?)
    /// Notes that a client is there, and that it has not applied more than `position` of this epoch.
    ///
    /// - Returns: whether it was away so long that what was collected meanwhile is not known any more.
    func noteHandshake(of replica: ReplicaID, _ nodeName: String, applied position: UInt64?) throws -> Bool
    /// Notes up to where a client has applied what was published, and that it has pushed all that it had
    /// sealed before.
    func notePull(of replica: ReplicaID, applied position: UInt64) throws
    /// One page of the rows that are asked for.
    func published(_ range: PublishedRange) throws -> PublishedPage
    /// Calls `body` with each published row that a view contains and its hash, in one consistent state.
    ///
    /// - Returns: the last position of that state.
    func forEachPublished(in view: ReadView, _ body: (RowName, UInt64) throws -> Void) throws -> UInt64
    /// The states of rows, as far as they go into a page, and how many were looked at. Rows that are not
    /// here, or not in the view, are passed over.
    func states(of rows: [RowName], in view: ReadView) throws -> (page: [UInt8], lookedAt: Int)
}

/// The server side of a sync, without I/O, for one who asks. Who that is has been settled before.
package struct ServerSync<Storage: ServerStorage> {
    let storage: Storage
    let actor: Actor

    package init(_ storage: Storage, by actor: Actor = .everything) {
        self.storage = storage
        self.actor = actor
    }

    package func handle(_ request: SyncRequest) throws -> SyncReply {
        switch request {
        case .handshake(let request): .handshake(try handshake(request))
        case .push(let request): .push(try push(request))
        case .pull(let request): .pull(try pull(request))
        case .digest(let request): .digest(try digest(request))
        case .rows(let request): .rows(try rows(request))
        case .label(let request): .label(try label(request))
        }
    }

    private func handshake(_ request: HandshakeRequest) throws -> HandshakeReply {
        let server = try storage.serverIdentity()
        try Self.checkVersion(request)
        try checkKey()
        let replica = try replica(request.replicaID)
        let acknowledged = try acknowledged(of: replica, server)
        var reply = HandshakeReply()
        if replica != server.replica {
            let position = Array(request.epoch) == server.epoch ? request.position : nil
            reply.bootstrap = try storage.noteHandshake(of: replica, request.nodeName, applied: position)
        }
        reply.protocolVersion = SyncProtocolVersion.current
        reply.schemaVersion = server.schemaVersion
        reply.serverTimeMs = server.now
        reply.epoch = Data(server.epoch)
        reply.workspaceID = Data(server.workspace.bytes)
        reply.workspaceName = server.workspaceName
        reply.serverReplicaID = Data(server.replica.bytes)
        reply.lastSeq = acknowledged.seq
        reply.lastNonce = Data(acknowledged.nonce)
        reply.headPosition = server.head
        reply.pageBytesMax = UInt32(ChangesetLimits.pageBytesMax)
        reply.pushRowsMax = UInt32(SyncLimits.rowsPerPartMax)
        reply.view = Data(actor.view.wireBytes)
        if request.hasPull, !reply.bootstrap, let pulled = try pulledAhead(request.pull) { reply.pull = pulled }
        return reply
    }

    /// Nil where something is not as who asks thinks that it is: they ask again, when they know how it is.
    private func pulledAhead(_ request: PullRequest) throws -> PullReply? {
        do {
            return try pull(request)
        } catch is SyncRefusal {
            return nil
        }
    }

    /// A client with the server's own replica id is a copy of the server's file: it is told of a
    /// transaction that it can't have, so that it takes an id of its own.
    private func acknowledged(of replica: ReplicaID, _ server: ServerIdentity) throws -> AcknowledgedTransaction {
        guard replica != server.replica else { return AcknowledgedTransaction(seq: UInt64(Int64.max), nonce: []) }
        return try storage.acknowledged(of: replica)
    }

    /// Schemas may differ: each side keeps what it does not know.
    ///
    /// - Throws: `SyncRefusal` that says which side to upgrade, and to what.
    package static func checkVersion(_ request: HandshakeRequest) throws {
        let (theirs, ours) = (request.protocolVersion, SyncProtocolVersion.current)
        if theirs < ours {
            throw SyncRefusal(
                .upgradeClient,
                "this node speaks protocol \(theirs), the server protocol \(ours): upgrade Offbook on this node to one "
                    + "with protocol \(ours)")
        }
        if theirs > ours {
            throw SyncRefusal(
                .upgradeServer,
                "the server speaks protocol \(ours), this node protocol \(theirs): upgrade Offbook on the server to one "
                    + "with protocol \(theirs)")
        }
    }

    private func push(_ request: PushRequest) throws -> PushReply {
        let replica = try replica(request.replicaID)
        let follows = AcknowledgedTransaction(seq: request.followsSeq, nonce: Array(request.followsNonce))
        try checkFollows(replica, Array(request.epoch), Array(request.workspaceID), follows)
        try checkView(request.viewHash)
        guard request.pushID.count == 16 else { throw SyncRefusal(.malformed, "a push without an id of 16 bytes") }
        guard request.last else {
            try storage.stage(Array(request.page), of: replica, push: Array(request.pushID), part: request.part)
            return PushReply()
        }
        let contains = AcknowledgedTransaction(seq: request.seq, nonce: Array(request.nonce))
        guard contains.seq > follows.seq || contains == follows, contains.seq > 0, !contains.nonce.isEmpty else {
            throw SyncRefusal(.malformed, "a push whose last transaction comes before one that it follows")
        }
        let verdicts = try storage.apply(
            StagedPush(
                replica: replica, nodeName: request.nodeName, id: Array(request.pushID), parts: request.part,
                follows: follows, contains: contains, page: Array(request.page),
                applied: request.hasAppliedPosition ? request.appliedPosition : nil), by: actor)
        var reply = Self.reply(verdicts)
        // With verdicts it might be more than an answer can be.
        if request.hasAppliedPosition, verdicts.outcome.isEmpty {
            reply.pullPosition = verdicts.coveredThrough ?? request.appliedPosition
            reply.pull = try pullReply(
                PublishedRange(after: reply.pullPosition, view: actor.view, isAnew: request.appliedPosition == 0))
        }
        return reply
    }

    private static func reply(_ verdicts: PushVerdicts) -> PushReply {
        var reply = PushReply()
        reply.applied = true
        reply.rowsApplied = UInt64(verdicts.applied)
        reply.rowsSuperseded = UInt64(verdicts.superseded)
        reply.serverRows = Data(verdicts.outcome.serverRows)
        reply.collected = RowNaming.messages(verdicts.outcome.collected)
        reply.denials = verdicts.outcome.denials.map { denial in
            .with {
                $0.table = denial.table
                $0.rowID = Data(denial.row.bytes)
                $0.reason = denial.reason
            }
        }
        return reply
    }

    private func pull(_ request: PullRequest) throws -> PullReply {
        let replica = try replica(request.replicaID)
        let follows = AcknowledgedTransaction(seq: request.followsSeq, nonce: Array(request.followsNonce))
        try checkFollows(replica, Array(request.epoch), Array(request.workspaceID), follows)
        try checkView(request.viewHash)
        try storage.notePull(of: replica, applied: request.appliedPosition)
        return try pullReply(range(of: request))
    }

    private func pullReply(_ range: PublishedRange) throws -> PullReply {
        let published = try storage.published(range)
        var reply = PullReply()
        reply.page = Data(published.page)
        reply.collected = RowNaming.messages(published.collected)
        reply.departed = RowNaming.messages(published.departed)
        reply.floor = VectorCoding.entries(published.floor)
        reply.nextPosition = published.next
        reply.complete = published.isComplete
        if let digest = published.digest { reply.digest = Digest(digest) }
        return reply
    }

    private func range(of request: PullRequest) throws -> PublishedRange {
        var range = PublishedRange(
            after: request.position, view: actor.view, isAnew: request.appliedPosition == 0)
        if request.hasHeldView {
            range.held = (try ReadView(wireBytes: Array(request.heldView)), request.heldPosition)
        }
        return range
    }

    private func label(_ request: LabelRequest) throws -> LabelReply {
        guard try Array(request.workspaceID) == storage.serverIdentity().workspace.bytes else {
            throw SyncRefusal(.foreignWorkspace, "this token is for another workspace")
        }
        guard let prompt = RowID(request.promptID), prompt.length == 16,
            [request.expectedVersionID, request.versionID].allSatisfy({ $0.isEmpty || $0.count == 32 }),
            !request.label.isEmpty, request.label.count <= SyncLimits.labelCharactersMax
        else { throw SyncRefusal(.malformed, "a label's move needs a prompt id of 16 bytes and version ids of 32") }
        let (isMoved, version) = try storage.move(
            LabelMove(
                prompt: prompt, label: request.label, expected: RowID(request.expectedVersionID),
                version: RowID(request.versionID)), by: actor)
        var reply = LabelReply()
        reply.moved = isMoved
        reply.versionID = Data(version?.bytes ?? [])
        return reply
    }

    /// What somebody may read is asked anew for each request. A client that was told otherwise has to lose
    /// what it may not hold any more before it goes on.
    func checkView(_ hash: Data) throws {
        try checkKey()
        guard !actor.view.isNothing else { throw SyncRefusal(.forbidden, "you are not a member of the workspace") }
        guard hash == actor.view.hash else {
            throw SyncRefusal(.handshakeAgain, "what you may read has changed: handshake again")
        }
    }

    private func checkKey() throws {
        guard actor.permissions.contains(.read) else {
            throw SyncRefusal(.forbidden, "this key does not allow to read: use one that does")
        }
    }

    /// Every push and pull names what it follows, so that an older session of a clone, or one from
    /// before a restore, changes nothing.
    func checkFollows(
        _ replica: ReplicaID, _ epoch: [UInt8], _ workspace: [UInt8], _ follows: AcknowledgedTransaction
    ) throws {
        let server = try storage.serverIdentity()
        guard workspace == server.workspace.bytes else {
            throw SyncRefusal(.foreignWorkspace, "this token is for another workspace")
        }
        guard epoch == server.epoch, try acknowledged(of: replica, server) == follows, replica != server.replica else {
            throw SyncRefusal(.handshakeAgain, "something came between: handshake again")
        }
    }

    func replica(_ bytes: Data) throws -> ReplicaID {
        guard let replica = ReplicaID(bytes) else { throw SyncRefusal(.malformed, "a replica id is not of 16 bytes") }
        return replica
    }
}
