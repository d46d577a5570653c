package import Changesets
internal import FoundationEssentials
package import SyncProtocol

package typealias HandshakeRequest = Offbook_Sync_V1_HandshakeRequest
package typealias HandshakeReply = Offbook_Sync_V1_HandshakeReply
package typealias PushRequest = Offbook_Sync_V1_PushRequest
package typealias PushReply = Offbook_Sync_V1_PushReply
package typealias PullRequest = Offbook_Sync_V1_PullRequest
package typealias PullReply = Offbook_Sync_V1_PullReply
package typealias DigestRequest = Offbook_Sync_V1_DigestRequest
package typealias DigestReply = Offbook_Sync_V1_DigestReply
package typealias RowsRequest = Offbook_Sync_V1_RowsRequest
package typealias RowsReply = Offbook_Sync_V1_RowsReply
package typealias RowNames = Offbook_Sync_V1_RowNames
package typealias LabelRequest = Offbook_Sync_V1_LabelRequest
package typealias LabelReply = Offbook_Sync_V1_LabelReply

/// What a client asks of its server. Each is one HTTP exchange (`sync-protocol/http.md`).
package enum SyncRequest: Sendable {
    case handshake(HandshakeRequest)
    case push(PushRequest)
    case pull(PullRequest)
    case digest(DigestRequest)
    case rows(RowsRequest)
    case label(LabelRequest)
}

package enum SyncReply: Sendable {
    case handshake(HandshakeReply)
    case push(PushReply)
    case pull(PullReply)
    case digest(DigestReply)
    case rows(RowsReply)
    case label(LabelReply)
}

/// The version of the messages and their meaning. Raised when an older peer would misunderstand.
package enum SyncProtocolVersion {
    package static let current: UInt32 = 1
}

/// Why a request was not carried out. Equality is by code.
package struct SyncRefusal: Error, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// The token is not known.
        case unauthorized
        /// The rows or the workspace named are not this token's.
        case foreignWorkspace = "foreign-workspace"
        /// Who asks may not do it: they are not a member any more, or their key does not allow it.
        case forbidden
        /// No node has claimed the workspace yet.
        case unclaimed
        /// The epoch or the last acknowledged transaction is not what the server has.
        case handshakeAgain = "handshake-again"
        /// A stamp is too far ahead of the server's clock.
        case restamp
        case upgradeClient = "upgrade-client"
        case upgradeServer = "upgrade-server"
        case tooLarge = "too-large"
        case malformed
        /// The server can't do it now; try again later.
        case unavailable
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (a: Self, b: Self) -> Bool { a.code == b.code }

    package var description: String { message }
}

/// Bounds of one exchange (design: limits).
package enum SyncLimits {
    package static let requestBytesMax = 8 << 20
    package static let rowsPerPartMax = 10_000
    package static let labelCharactersMax = 200
    /// Buckets asked for in one request for digests.
    package static let bucketsPerRequestMax = 256
    /// Rows asked for in one request for rows, and hashes in one reply of them but for the first bucket's.
    package static let namesPerRequestMax = 10_000
    /// Of all parts of one push, compressed.
    package static let pushBytesMax: Int64 = 1 << 30
    /// Of all parts that a server keeps of one workspace. Above it, unfinished pushes of others go.
    package static let stagedBytesMax: Int64 = 4 << 30
    /// How far ahead of the server's clock a stamp may be, in milliseconds.
    package static let skewMax: Int64 = 120_000
}

extension PullRequest {
    /// - Parameters:
    ///   - viewHash: names what the server said may be read.
    ///   - position: what comes behind it is asked for.
    ///   - applied: everything up to here has been.
    init(
        _ identity: ClientIdentity, epoch: Data, follows: (seq: UInt64, nonce: Data), viewHash: Data,
        after position: UInt64, applied: UInt64
    ) {
        self.init()
        workspaceID = Data(identity.workspace.bytes)
        replicaID = Data(identity.replica.bytes)
        self.epoch = epoch
        (followsSeq, followsNonce) = follows
        self.viewHash = viewHash
        self.position = position
        appliedPosition = applied
    }
}

extension HandshakeRequest {
    /// - Parameter claim: whether an unclaimed workspace may take this client's id.
    package init(_ identity: ClientIdentity, claim: Bool = false) {
        self.init()
        protocolVersion = SyncProtocolVersion.current
        schemaVersion = identity.schemaVersion
        workspaceID = Data(identity.workspace.bytes)
        replicaID = Data(identity.replica.bytes)
        nodeName = identity.nodeName
        userID = Data(identity.user?.bytes ?? [])
        isBlank = identity.isBlank
        self.claim = claim
    }
}

extension SyncReply {
    /// Of a handshake: which workspace the server serves, and its name.
    package var served: (workspace: RowID, name: String)? {
        guard case .handshake(let reply) = self, let workspace = RowID(reply.workspaceID) else { return nil }
        return (workspace, reply.workspaceName)
    }
}

/// A protected label that is to move, and what it is believed to point at; nil for nothing.
package struct LabelMove: Hashable, Sendable {
    package var prompt: RowID
    package var label: String
    package var expected: RowID?
    package var version: RowID?

    package init(prompt: RowID, label: String, expected: RowID?, version: RowID?) {
        self.prompt = prompt
        self.label = label
        self.expected = expected
        self.version = version
    }
}

extension LabelRequest {
    package init(_ move: LabelMove, workspace: RowID) {
        self.init()
        workspaceID = Data(workspace.bytes)
        promptID = Data(move.prompt.bytes)
        label = move.label
        expectedVersionID = Data(move.expected?.bytes ?? [])
        versionID = Data(move.version?.bytes ?? [])
    }
}

extension SyncReply {
    /// Of a label's move: whether it was done, and what the label points at now.
    package var labelMove: (isMoved: Bool, version: RowID?)? {
        guard case .label(let reply) = self else { return nil }
        return (reply.moved, RowID(reply.versionID))
    }
}
