package import AccessControl
package import Changesets

/// What a replica knows of its server.
package struct RemoteState: Hashable, Sendable {
    package var epoch: [UInt8]
    /// Everything up to here has been pulled.
    package var position: UInt64
    /// The last transaction of ours that the server acknowledged; seq 0 for none.
    package var ackedSeq: UInt64
    package var ackedNonce: [UInt8]
    /// False in a new epoch, until it has been found out what the server still has.
    package var isCompared: Bool
    /// Whether everything is being pulled anew.
    package var isBootstrapping: Bool
    /// The view under which everything up to `position` was pulled, as it travels.
    package var heldView: [UInt8]
    /// The one that the server named last.
    package var view: [UInt8]

    package init(
        epoch: [UInt8], position: UInt64, ackedSeq: UInt64, ackedNonce: [UInt8], isCompared: Bool = true,
        isBootstrapping: Bool = false, heldView: [UInt8] = [], view: [UInt8] = []
    ) {
        self.epoch = epoch
        self.position = position
        self.ackedSeq = ackedSeq
        self.ackedNonce = ackedNonce
        self.isCompared = isCompared
        self.isBootstrapping = isBootstrapping
        self.heldView = heldView
        self.view = view
    }
}

/// Who a client is in an exchange.
package struct ClientIdentity: Sendable {
    package var workspace: RowID
    package var replica: ReplicaID
    package var nodeName: String
    package var schemaVersion: UInt32
    /// Who uses it; nil for a replica that is yet to be made.
    package var user: RowID?
    /// Whether there is nothing in it but what every new library has, and it has met no server.
    package var isBlank: Bool

    package init(
        workspace: RowID, replica: ReplicaID, nodeName: String, schemaVersion: UInt32, user: RowID? = nil,
        isBlank: Bool = false
    ) {
        self.workspace = workspace
        self.replica = replica
        self.nodeName = nodeName
        self.schemaVersion = schemaVersion
        self.user = user
        self.isBlank = isBlank
    }
}

/// What the rows that a server answered for came to.
package struct PushOutcome: Sendable {
    package var denials: [RowDenial]
    /// The server's states of the denied rows, a compressed page; empty for none.
    package var serverRows: [UInt8]
    /// Rows that were deleted and collected, or purged, before: they are not taken any more.
    package var collected: [RowName]

    package init(denials: [RowDenial], serverRows: [UInt8], collected: [RowName] = []) {
        self.denials = denials
        self.serverRows = serverRows
        self.collected = collected
    }

    /// Whether all was taken.
    package var isEmpty: Bool { denials.isEmpty && collected.isEmpty }
}

package struct RowDenial: Hashable, Sendable {
    package var table: String
    package var row: RowID
    package var reason: String

    package init(table: String, row: RowID, reason: String) {
        self.table = table
        self.row = row
        self.reason = reason
    }
}

/// What applying a pull did.
package struct PullOutcome: Sendable {
    package var changed = 0
    package var conflicts = 0
    package var skipped: [RowDenial] = []
    /// Rows that were dropped, as they are deleted and collected.
    package var collected = 0
    /// What left, as it may not be read here any more.
    package var losses = Losses()

    package init(
        changed: Int = 0, conflicts: Int = 0, skipped: [RowDenial] = [], collected: Int = 0, losses: Losses = Losses()
    ) {
        self.changed = changed
        self.conflicts = conflicts
        self.skipped = skipped
        self.collected = collected
        self.losses = losses
    }
}

/// Rows that went from a replica, as its user may not read them any more.
package struct Losses: Hashable, Sendable {
    package var rows = 0
    /// Those of them that had been changed here, and are with the orphans now.
    package var setAside = 0
    /// Whether there was in those what this replica did itself: the server will never have it.
    package var leavesGap = false

    package init() {}

    package static func + (a: Losses, b: Losses) -> Losses {
        var sum = a
        sum.rows += b.rows
        sum.setAside += b.setAside
        sum.leavesGap = a.leavesGap || b.leavesGap
        return sum
    }
}

/// A page of a pull that waits for the others.
package struct StagedPage: Sendable {
    /// Compressed; empty where only names came.
    package var page: [UInt8]
    /// Rows that were collected between the positions of this page.
    package var collected: [RowName]
    /// Rows that left what may be read here.
    package var departed: [RowName]
    package var next: UInt64

    package init(page: [UInt8], collected: [RowName], departed: [RowName] = [], next: UInt64) {
        self.page = page
        self.collected = collected
        self.departed = departed
        self.next = next
    }

    package var isEmpty: Bool { page.isEmpty && collected.isEmpty && departed.isEmpty }
}

/// The parts of one push, all read from one state of the replica.
package protocol PushSnapshot {
    /// The last transaction that the push contains.
    var seq: UInt64 { get }
    var nonce: [UInt8] { get }
    /// Rows too large to travel, which stay here.
    var oversized: [RowDenial] { get }
    /// Whether it remembers as what each row was sent, as of so many that it costs little.
    var knowsWhatWasSent: Bool { get }
    /// The next part; nil when there is none left.
    mutating func nextPart() throws -> PushPart?
}

package struct PushPart: Sendable {
    /// Compressed.
    package var page: [UInt8]
    package var rows: Int
    /// Whether nothing comes behind it.
    package var isLast: Bool

    package init(page: [UInt8], rows: Int, isLast: Bool) {
        self.page = page
        self.rows = rows
        self.isLast = isLast
    }
}

/// What the client side of a sync needs of a replica.
package protocol ClientStorage {
    associatedtype Snapshot: PushSnapshot

    /// Where the ids of pushes come from.
    var random: RandomSource { get }
    func clientIdentity() throws -> ClientIdentity
    func replicaID() throws -> ReplicaID
    func remoteState() throws -> RemoteState?
    /// Whether this very replica sealed that transaction.
    func hasSealed(_ seq: UInt64, nonce: [UInt8]) throws -> Bool
    /// Forgets positions and acknowledgements: the server publishes in a new order, or is a new one.
    /// Everything here is to be pushed again, but what a comparison finds there.
    func enterEpoch(_ epoch: [UInt8], ackedSeq: UInt64, ackedNonce: [UInt8]) throws
    /// Takes a new replica id and seals again what the server has not acknowledged.
    func reparent() throws
    /// The server's clock, in Unix milliseconds: a machine whose own is far off stamps by it.
    func noteServerTime(_ milliseconds: Int64) throws
    /// Takes what the server says may be read here: what the view does not contain goes, what was changed of
    /// it to the orphans first. What was staged under another view is dropped.
    ///
    /// - Parameter isNewEpoch: whether the server may lack what was sent to it.
    func enter(_ view: ReadView, isNewEpoch: Bool) throws -> Losses
    /// Everything up to `position` has been pulled under the view that was entered last.
    func noteHeld() throws
    /// This library is another user's than was thought: the server knows them by that id.
    func adopt(_ user: RowID) throws
    /// Brings stamps that are later than `limit` back to `serverTime`, both Unix milliseconds.
    func restamp(after limit: Int64, serverTime: Int64) throws
    /// Whether the server has all that was written here, as far as this replica knows.
    func isAllSent() throws -> Bool
    /// Seals, folds, and reads every dirty row; nil where there is none.
    func beginPush() throws -> Snapshot?
    /// Takes the server's verdicts: what was pushed is clean, but what was refused or changed since.
    ///
    /// - Parameter position: where not nil, the server has published the rows as they were sent, and nothing else up
    ///   to that position since the one that was applied last: so this has been pulled.
    func finishPush(_ snapshot: Snapshot, _ outcome: PushOutcome, publishedThrough position: UInt64?) throws
    /// Where the pages staged by an earlier, unfinished pull in this epoch end.
    func stagedPosition(in epoch: [UInt8]) throws -> UInt64?
    func stage(_ page: StagedPage, in epoch: [UInt8]) throws
    /// Forgets staged pages that have waited so long that rows in them may have been collected since.
    func dropOldStaged() throws
    /// Prepares a pull from 0 after which what the server does not have is dropped: it does not know any
    /// more what was collected since this replica was last seen. What is to be pushed is made whole.
    func beginBootstrap() throws
    /// Joins all staged pages, and one more, and moves on to `position`, in one transaction.
    ///
    /// - Parameters:
    ///   - last: a page that came just now; nil for none.
    ///   - floor: an absent row with no edit above it was deleted.
    ///   - progress: called with the number of pages joined, and of all.
    func applyStaged(
        and last: StagedPage?, upTo position: UInt64, floor: VersionVector, progress: (Int, Int) -> Void
    ) throws -> PullOutcome

    /// Of all rows, as the server last published them.
    func publishedDigest() throws -> HashSum
    /// Makes the digest the sum of the hashes that are remembered.
    func recountDigest() throws
    /// Each row, and the hash under which the server last published it.
    func forEachHash(_ body: (RowName, UInt64) throws -> Void) throws
    /// Takes the hashes of what is here for those that the server published: in a new epoch, to find
    /// out by a comparison where it is so.
    ///
    /// - Returns: what `settleEpoch` wants.
    func assumePublished() throws -> Int64
    /// Ends the comparison in a new epoch. What was assumed to be published is, and is clean, but the
    /// rows in `differing`, and those in `lacking`, which the server has not at all.
    ///
    /// - Parameter position: of the server when it answered. What it published until then is here, or
    ///   among the staged pages.
    func settleEpoch(differing: [RowName], lacking: [RowName], asOf mark: Int64, position: UInt64) throws
    /// To be pushed again: the server lacks what it published.
    func giveBack(_ rows: [RowName]) throws
    /// Looks whether some rows are still what was published, others each time.
    ///
    /// - Returns: those that are not, at most 10,000: their states are to be got from the server.
    func scrub() throws -> [RowName]
}
