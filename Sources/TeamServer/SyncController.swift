internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import NIOPosix
internal import ReplicaStore
internal import SwiftProtobuf
internal import SyncEngine
internal import SyncProtocol

/// The sync protocol's exchanges over HTTP (`sync-protocol/http.md`).
struct SyncController: Sendable {
    let replicas: WorkspaceReplicas
    let authenticator: Authenticator
    let metrics: Metrics
    let events: EventController

    func addRoutes(to group: RouterGroup<ServerContext>) {
        group.post("handshake") { try await answer($0, $1, handshake) }
        group.post("push") { try await answer($0, $1, push) }
        group.post("pull") { try await answer($0, $1, pull) }
        group.post("digest") { try await answer($0, $1, digest) }
        group.post("rows") { try await answer($0, $1, rows) }
        group.post("label") { try await answer($0, $1, label) }
        group.get("events") { try await listen($0, $1) }
    }

    private func handshake(_ session: SyncSession, _ request: HandshakeRequest) throws -> HandshakeReply {
        // Before a claim, as one that is refused must leave no trace.
        try ServerSync<Replica>.checkVersion(request)
        let claimed = request.claim ? RowID(request.workspaceID) : nil
        let replica = try replicas.replica(of: session, claimedAs: claimed)
        let directory = replicas.directory
        // Who belongs to the workspace no more is nobody in it.
        let user =
            session.actor.view.isNothing
            ? nil
            : try directory.identity(
                of: RowID(request.userID), isBlank: request.isBlank, for: session.caller, in: session.workspace)
        let actor = try directory.actor(for: session.caller, in: session.workspace)
        guard case .handshake(var reply) = try ServerSync(replica, by: actor).handle(.handshake(request)) else {
            throw mismatch
        }
        if reply.hasPull { metrics.recordPull(bytes: reply.pull.page.count) }
        reply.userID = Data(user?.bytes ?? [])
        // The workspace's own row comes with the first push; until then the directory has its name.
        if reply.workspaceName.isEmpty { reply.workspaceName = session.workspace.name }
        return reply
    }

    private func push(_ session: SyncSession, _ request: PushRequest) throws -> PushReply {
        let replica = try replicas.replica(of: session)
        guard case .push(let reply) = try ServerSync(replica, by: session.actor).handle(.push(request)) else {
            throw mismatch
        }
        if reply.applied {
            metrics.recordPush(
                applied: Int(clamping: reply.rowsApplied), superseded: Int(clamping: reply.rowsSuperseded),
                denied: reply.denials.count)
        }
        if reply.hasPull { metrics.recordPull(bytes: reply.pull.page.count) }
        return reply
    }

    private func pull(_ session: SyncSession, _ request: PullRequest) throws -> PullReply {
        let replica = try replicas.replica(of: session)
        guard case .pull(let reply) = try ServerSync(replica, by: session.actor).handle(.pull(request)) else {
            throw mismatch
        }
        metrics.recordPull(bytes: reply.page.count)
        return reply
    }

    private func digest(_ session: SyncSession, _ request: DigestRequest) throws -> DigestReply {
        let replica = try replicas.replica(of: session)
        guard case .digest(let reply) = try ServerSync(replica, by: session.actor).handle(.digest(request)) else {
            throw mismatch
        }
        return reply
    }

    private func rows(_ session: SyncSession, _ request: RowsRequest) throws -> RowsReply {
        let replica = try replicas.replica(of: session)
        guard case .rows(let reply) = try ServerSync(replica, by: session.actor).handle(.rows(request)) else {
            throw mismatch
        }
        return reply
    }

    private func label(_ session: SyncSession, _ request: LabelRequest) throws -> LabelReply {
        let replica = try replicas.replica(of: session)
        guard case .label(let reply) = try ServerSync(replica, by: session.actor).handle(.label(request)) else {
            throw mismatch
        }
        return reply
    }

    private var mismatch: SyncRefusal { SyncRefusal(.unavailable, "the server gave an answer of the wrong kind") }

    /// Authorises before it reads the body, works on a thread that may block, and answers.
    private func answer<Question: Message & Sendable & WorkspaceRequest>(
        _ request: Request, _ context: ServerContext,
        _ work: @escaping @Sendable (SyncSession, Question) throws -> some Message & Sendable
    ) async throws -> Response {
        do {
            let caller = try await caller(of: request, context)
            let body = try await BoundedBody.bytes(of: request)
            let reply = try await NIOThreadPool.singleton.runIfActive {
                guard let question = try? Question(serializedBytes: body) else {
                    throw SyncRefusal(.malformed, "the request's body is not the message expected")
                }
                let session = try replicas.directory.session(caller, for: question)
                return try work(session, question).serializedBytes() as [UInt8]
            }
            return Self.response(.ok, reply)
        } catch let error as HTTPError {
            throw error
        } catch {
            return Self.failure(Self.refusal(error, context.logger))
        }
    }

    private func listen(_ request: Request, _ context: ServerContext) async throws -> Response {
        do {
            return try await events.answer(request, try await caller(of: request, context))
        } catch let error as HTTPError {
            throw error
        } catch {
            return Self.failure(Self.refusal(error, context.logger))
        }
    }

    private func caller(of request: Request, _ context: ServerContext) async throws -> Caller {
        do {
            guard let caller = try await authenticator.caller(of: request, context) else {
                throw SyncRefusal(
                    .unauthorized,
                    "the token is not known to this server; sign in with offbook login, or make one there with offbook token create"
                )
            }
            return caller
        } catch {
            try await BoundedBody.drain(request)
            throw error
        }
    }

    /// What a client may know of an error: of one of ours everything, of any other that it happened.
    private static func refusal(_ error: any Error, _ logger: Logger) -> SyncRefusal {
        switch error {
        case let refusal as SyncRefusal:
            if refusal.code == .unavailable { logger.error("refused: \(refusal.message)") }
            return refusal
        case let error as ChangesetError: return SyncRefusal(code(of: error), error.description)
        case let error as ReplicaError where error.code == .denied: return SyncRefusal(.foreignWorkspace, error.message)
        default:
            logger.error("request failed", metadata: ["error": "\(error)"])
            return SyncRefusal(.unavailable, reason(error))
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch (error as? ReplicaError)?.code {
        case .diskFull: "the server's disk is full; tell who runs it, and try again later"
        case .readOnly: "the server can't write to its data; tell who runs it, and try again later"
        default: "the server could not do it; its log says why; try again later"
        }
    }

    private static func code(of error: ChangesetError) -> SyncRefusal.Code {
        switch error {
        case .tooNew: .upgradeServer
        case .overLimit: .tooLarge
        case .truncated, .malformed, .notAChangeset, .checksumMismatch, .wrongSignature: .malformed
        }
    }

    static func failure(_ refusal: SyncRefusal) -> Response {
        var message = Offbook_Sync_V1_SyncFailure()
        message.code = refusal.code.rawValue
        message.message = refusal.message
        let body: [UInt8] = (try? message.serializedBytes()) ?? []
        return response(status(of: refusal.code), body)
    }

    private static func status(of code: SyncRefusal.Code) -> HTTPResponse.Status {
        switch code {
        case .unauthorized: .unauthorized
        case .foreignWorkspace, .forbidden: .forbidden
        case .unclaimed, .handshakeAgain, .restamp: .conflict
        case .upgradeClient: .upgradeRequired
        case .upgradeServer: .notImplemented
        case .tooLarge: .contentTooLarge
        case .malformed: .badRequest
        case .unavailable: .serviceUnavailable
        }
    }

    private static func response(_ status: HTTPResponse.Status, _ body: [UInt8]) -> Response {
        Response(
            status: status, headers: [.contentType: "application/x-protobuf"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
