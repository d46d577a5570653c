internal import Changesets
internal import DirectoryStore
internal import Hummingbird
internal import PromptLibrary
internal import ReplicaStore

/// The replicas of one's own data directory. Who reaches them may do what the command line may do.
struct LocalSource: LibrarySource {
    let replicas: LocalReplicas
    let remembered: RememberedRequests
    /// Nil where whoever comes in is known already: by the socket in the file system.
    let token: SecretToken?

    /// Answers are the same for whoever is let in.
    func credential(of request: Request) -> String? { isLocalUser(request) ? "" : nil }

    func requester(of request: Request, _ context: ServerContext) async throws -> Requester? {
        isLocalUser(request) ? .localUser : nil
    }

    private func isLocalUser(_ request: Request) -> Bool {
        guard let token else { return true }
        return Authenticator.bearerToken(request).map(token.matches) ?? false
    }

    var strangerError: AccountError {
        AccountError(
            .unauthorized,
            "send the token in \(DaemonFiles(replicas.data).token) as Authorization: Bearer …; the socket beside it needs none"
        )
    }

    func origin(of request: Request, _ context: ServerContext) -> Origin { Origin(address: "local") }

    /// Of one's own files one may know what is wrong with them.
    func told(_ error: any Error) -> any Error {
        guard let error = error as? ReplicaError, error.code != .denied else { return error }
        return AccountError(.busy, error.message)
    }

    func library(of call: Call, in place: Place) throws -> Library {
        guard let id = place.id else { throw Call.nowhere }
        return Library(try replicas.replica(id))
    }
}

extension LocalSource {
    func mark() throws -> Int64 { try replicas.mark() }
    func mark(of workspace: RowID) throws -> Int64 { try replicas.mark(of: workspace) }
    var now: Int64 { replicas.now }

    func begin(_ key: String, _ request: [UInt8], by requester: Requester) throws -> IdempotentRequest {
        try remembered.begin(key, request)
    }

    func keep(_ answer: KeptAnswer, under key: String, by requester: Requester) throws {
        remembered.keep(answer, under: key)
    }

    func forget(_ key: String, by requester: Requester) throws { remembered.forget(key) }
}

/// Which workspace a call is about.
extension LocalSource {
    func place(of call: Call) throws -> Place? {
        guard case .allowed = call.route.policy else { return nil }
        let id = try workspace(call.workspaceName)
        return Place(id: id, key: id.hex, countsUse: true)
    }

    /// The one of that id or name, or the only one.
    private func workspace(_ name: String?) throws -> RowID {
        let all = try replicas.workspaces()
        guard !all.isEmpty else { throw LibraryError.noLibrary(in: replicas.data) }
        guard let name, name != "me" else { return try only(all, of: "there are several workspaces here") }
        if let id = RowID(hex: name), all.contains(id) { return id }
        let found = all.filter { id in
            let title = (try? replicas.name(of: id)) ?? ""
            return title == name || Slug.of(title) == name
        }
        guard !found.isEmpty else {
            throw APIError(
                .notFound, "there is no workspace “\(name)” here; there is: \(listed(all))", field: "workspace",
                candidates: all.map(\.hex))
        }
        return try only(found, of: "several workspaces here are called “\(name)”")
    }

    private func only(_ found: [RowID], of what: String) throws -> RowID {
        if found.count == 1, let only = found.first { return only }
        throw APIError(
            .ambiguous,
            "\(what); name one by its id, in the header Offbook-Workspace or as workspace=…: \(listed(found))",
            field: "workspace", candidates: found.map(\.hex))
    }

    private func listed(_ workspaces: [RowID]) -> String {
        workspaces.map { id in (try? replicas.name(of: id)).flatMap { $0 }.map { "\(id) (\($0))" } ?? "\(id)" }
            .joined(separator: ", ")
    }
}
