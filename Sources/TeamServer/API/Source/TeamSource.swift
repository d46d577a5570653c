internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import Hummingbird
internal import PromptLibrary
internal import ReplicaStore

/// A team server's accounts, and the workspaces that they reach.
struct TeamSource: LibrarySource {
    let directory: DirectoryStore
    let memory: DirectoryMemory
    let replicas: WorkspaceReplicas
    let authenticator: Authenticator
    let operations: Operations

    func credential(of request: Request) -> String? { Authenticator.bearerToken(request) }

    func requester(of request: Request, _ context: ServerContext) async throws -> Requester? {
        try await authenticator.caller(of: request, context).map { .account($0) }
    }

    var strangerError: AccountError { .notSignedIn }

    func origin(of request: Request, _ context: ServerContext) -> Origin {
        authenticator.origin(of: request, context)
    }

    func place(of call: Call) throws -> Place? {
        try Gate(call: call, team: self).pass().map { reach in
            Place(
                id: reach.workspace.id, key: String(reach.workspace.key),
                countsUse: reach.actor.permissions.contains(.write), reach: reach)
        }
    }

    func library(of call: Call, in place: Place) throws -> Library {
        let (caller, reach, mayWrite) = (try call.caller, try call.reach, call.route.method != .get)
        let persona = try memory.value(of: caller, "\(reach.workspace.key) \(mayWrite)") {
            try directory.persona(for: caller, in: reach, mayWrite: mayWrite)
        }
        let replica =
            try mayWrite
            ? replicas.foundReplica(of: reach.workspace, by: caller) : replicas.replica(of: reach.workspace)
        return Library(replica.acting(as: persona))
    }
}

extension TeamSource {
    func mark() throws -> Int64 { try directory.changeMark.value() }
    func mark(of workspace: RowID) throws -> Int64 { try replicas.mark(of: workspace) }
    var now: Int64 { directory.clock() }
}

extension TeamSource {
    func begin(_ key: String, _ request: [UInt8], by requester: Requester) throws -> IdempotentRequest {
        try directory.begin(key, request, by: Self.caller(requester))
    }

    func keep(_ answer: KeptAnswer, under key: String, by requester: Requester) throws {
        try directory.keep(answer, under: key, by: Self.caller(requester))
    }

    func forget(_ key: String, by requester: Requester) throws {
        try directory.forget(key, by: Self.caller(requester))
    }

    /// - Throws: `AccountError.unauthorized` for somebody without an account.
    static func caller(_ requester: Requester?) throws -> Caller {
        guard case .account(let caller)? = requester else { throw AccountError.notSignedIn }
        return caller
    }
}

extension AccountError {
    static let notSignedIn = AccountError(
        .unauthorized, "sign in first: the token is missing, not known, or over")
}

/// What routes about accounts need, which only a team server has.
extension Call {
    /// - Throws: `APIError.notFound` anywhere else.
    var team: TeamSource {
        get throws {
            guard let team = api.source as? TeamSource else {
                throw APIError(.notFound, "that is only on a team server")
            }
            return team
        }
    }

    var directory: DirectoryStore { get throws { try team.directory } }

    /// - Throws: `AccountError.unauthorized`: only on a route for anybody.
    var caller: Caller { get throws { try TeamSource.caller(signedIn) } }

    /// What the caller is in the workspace that it is about.
    var reach: Reach {
        get throws {
            guard let reach = place?.reach else { throw Self.nowhere }
            return reach
        }
    }

    var workspace: DirectoryWorkspace { get throws { try reach.workspace } }
}
