package import Changesets

/// What a replica knows of its server.
package struct RemoteState: Hashable, Sendable {
    package var epoch: [UInt8]
    /// Everything up to here has been pulled.
    package var position: UInt64
    /// The last transaction of ours that the server acknowledged; seq 0 for none.
    package var ackedSeq: UInt64
    package var ackedNonce: [UInt8]

    package init(epoch: [UInt8], position: UInt64, ackedSeq: UInt64, ackedNonce: [UInt8]) {
        self.epoch = epoch
        self.position = position
        self.ackedSeq = ackedSeq
        self.ackedNonce = ackedNonce
    }
}

/// Who a client is in an exchange.
package struct ClientIdentity: Sendable {
    package var workspace: RowID
    package var replica: ReplicaID
    package var nodeName: String
    package var schemaVersion: UInt32

    package init(workspace: RowID, replica: ReplicaID, nodeName: String, schemaVersion: UInt32) {
        self.workspace = workspace
        self.replica = replica
        self.nodeName = nodeName
        self.schemaVersion = schemaVersion
    }
}

/// What the rows that a server answered for came to.
package struct PushOutcome: Sendable {
    package var denials: [RowDenial]
    /// The server's states of the denied rows, a compressed page; empty for none.
    package var serverRows: [UInt8]

    package init(denials: [RowDenial], serverRows: [UInt8]) {
        self.denials = denials
        self.serverRows = serverRows
    }
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

    package init(changed: Int = 0, conflicts: Int = 0, skipped: [RowDenial] = []) {
        self.changed = changed
        self.conflicts = conflicts
        self.skipped = skipped
    }
}

/// The parts of one push, all read from one state of the replica.
package protocol PushSnapshot {
    /// The last transaction that the push contains.
    var seq: UInt64 { get }
    var nonce: [UInt8] { get }
    /// Rows too large to travel, which stay here.
    var oversized: [RowDenial] { get }
    /// The next part, a compressed page, with its number of rows; nil when there is none left.
    mutating func nextPart() throws -> (page: [UInt8], rows: Int)?
}

/// What the client side of a sync needs of a replica.
package protocol ClientStorage {
    associatedtype Snapshot: PushSnapshot

    /// Where the ids of pushes come from.
    var random: RandomSource { get }
    func clientIdentity() throws -> ClientIdentity
    func remoteState() throws -> RemoteState?
    /// Whether this very replica sealed that transaction.
    func hasSealed(_ seq: UInt64, nonce: [UInt8]) throws -> Bool
    /// Forgets positions and acknowledgements: the server publishes in a new order, or is a new one.
    /// Everything here is to be pushed again.
    func enterEpoch(_ epoch: [UInt8], ackedSeq: UInt64, ackedNonce: [UInt8]) throws
    /// Takes a new replica id and seals again what the server has not acknowledged.
    func reparent() throws
    /// The server's clock, in Unix milliseconds: a machine whose own is far off stamps by it.
    func noteServerTime(_ milliseconds: Int64) throws
    /// Brings stamps that are later than `limit` back to `serverTime`, both Unix milliseconds.
    func restamp(after limit: Int64, serverTime: Int64) throws
    /// Seals, folds, and reads every dirty row; nil where there is none.
    func beginPush() throws -> Snapshot?
    func finishPush(_ snapshot: Snapshot, _ outcome: PushOutcome) throws
    /// Where the pages staged by an earlier, unfinished pull in this epoch end.
    func stagedPosition(in epoch: [UInt8]) throws -> UInt64?
    func stage(_ page: [UInt8], next position: UInt64, in epoch: [UInt8]) throws
    /// Joins all staged pages and moves on to `position`, in one transaction.
    ///
    /// - Parameter progress: called with the number of pages joined, and of all.
    func applyStaged(upTo position: UInt64, progress: (Int, Int) -> Void) throws -> PullOutcome
}
