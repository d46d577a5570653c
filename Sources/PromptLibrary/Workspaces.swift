package import Changesets
internal import FoundationEssentials
package import ReplicaStore
package import SyncEngine

/// The libraries of one data directory.
package struct Workspaces: Sendable {
    package let directory: DataDirectory
    /// What this machine and its user are called, where a replica is made.
    package var nodeName: String
    package var userName: String
    /// How the replicas are opened.
    private var access = Replica.Access.command

    package init(_ directory: DataDirectory, nodeName: String, userName: String) {
        self.directory = directory
        self.nodeName = nodeName
        self.userName = userName
    }

    /// The libraries of a directory for somebody who only glances at them: see `Replica.Access.glance`.
    package init(glancingAt directory: DataDirectory) {
        self.init(directory, nodeName: "", userName: "")
        access = .glance
    }

    package var isEmpty: Bool { directory.workspaces().isEmpty }

    /// Opens the library that is meant: the only one, or the one that has this name or id.
    package func open(_ selector: String? = nil) throws -> Library {
        let workspaces = directory.workspaces()
        guard let selector else {
            guard let only = workspaces.first else {
                throw LibraryError.noLibrary(in: directory)
            }
            guard workspaces.count == 1 else {
                throw LibraryError(
                    .ambiguous, "there are several workspaces; name one with --workspace:\n  \(try names())")
            }
            return try library(only)
        }
        return try library(try resolve(selector, workspaces))
    }

    private func library(_ workspace: RowID) throws -> Library {
        Library(try Replica(path: directory.replicaPath(workspace), access: access))
    }

    private func resolve(_ selector: String, _ workspaces: [RowID]) throws -> RowID {
        let found = try workspaces.filter { id in try Self.answers(id, try name(id), to: selector) }
        guard let workspace = found.first else {
            throw LibraryError(.notFound, "there is no workspace “\(selector)” here; there is:\n  \(try names())")
        }
        guard found.count == 1 else {
            throw LibraryError(
                .ambiguous, "several workspaces answer to “\(selector)”; name one by its id:\n  \(try names())")
        }
        return workspace
    }

    /// By its name, or by at least four digits that its id begins or ends with.
    static func answers(_ id: RowID, _ name: @autoclosure () throws -> String, to selector: String) rethrows -> Bool {
        let digits = selector.lowercased().filter { $0 != "-" }
        return try digits.count >= 4 && (id.hex.hasPrefix(digits) || id.hex.hasSuffix(digits)) || name() == selector
    }

    func name(_ workspace: RowID) throws -> String {
        try library(workspace).replica.read { try $0.workspaceName() } ?? ""
    }

    private func names() throws -> String {
        try directory.workspaces().map { "\($0)  \(try name($0))" }.joined(separator: "\n  ")
    }

    /// Makes a new workspace of this node's own.
    package func create(named name: String) throws -> Library {
        try LibraryError.check(name: name)
        return try directory.locked { try create(RowID.uuid7(at: systemMilliseconds()), name) }
    }

    /// The library that is meant, or a personal one where there is none yet.
    package func openOrCreatePersonal(_ selector: String? = nil) throws -> (library: Library, isNew: Bool) {
        guard selector == nil, isEmpty else { return (try open(selector), false) }
        return try directory.locked {
            // Another process may have been first.
            guard isEmpty else { return (try open(), false) }
            return (try create(RowID.uuid7(at: systemMilliseconds()), userName), true)
        }
    }

    func create(_ workspace: RowID, _ name: String?, _ user: RowID? = nil) throws -> Library {
        let founding = Replica.Founding(
            workspace: workspace, workspaceName: name, nodeName: nodeName, userName: userName, user: user)
        return Library(try directory.create(founding))
    }

    /// The library that a changeset file belongs to, made from the file where there is none at all.
    package func library(for file: ChangesetFile, _ selector: String?) throws -> (library: Library, isNew: Bool) {
        guard selector == nil, isEmpty else { return (try open(selector), false) }
        return try directory.locked {
            guard isEmpty else { return (try open(), false) }
            return (try create(file.header.workspace, nil), true)
        }
    }
}

/// What connecting to a server came to.
package struct ConnectOutcome: Sendable {
    package enum Change: Sendable { case connected, created, adopted }

    package var change: Change
    package var workspace: RowID
    package var workspaceName: String
}

extension Workspaces {
    /// Settles with a server which workspace this is, and remembers the server.
    ///
    /// The server's workspace, where no node has claimed it yet, takes this library's id. Otherwise
    /// this node takes the server's: at once where there is nothing in its library, and where there
    /// is only if `adopting`, which brings the prompts along.
    ///
    /// - Parameter target: the server's workspace, where the connection opens several.
    package func connect(
        _ connection: ServerConnection, over transport: some SyncTransport, _ selector: String?, adopting: Bool,
        renamingNode renamed: String? = nil, target: RowID? = nil
    ) async throws -> ConnectOutcome {
        let local = selector == nil && isEmpty ? nil : try open(selector)
        var identity = try local?.replica.clientIdentity() ?? newcomer()
        if let target { identity.workspace = target }
        let reply = try await transport.send(.handshake(HandshakeRequest(identity, claim: true)))
        guard let (workspace, name) = reply.served else {
            throw TransportError("what answers at \(connection.url) is no Offbook server")
        }
        let change = try directory.locked {
            try settle(local, on: workspace, name, isOurs: target == nil && workspace == identity.workspace, adopting)
        }
        try directory.setConnection(connection, of: workspace)
        try library(workspace).takeName(name)
        if let renamed { try library(workspace).nameNode(renamed) }
        return ConnectOutcome(change: change, workspace: workspace, workspaceName: name)
    }

    private func newcomer() -> ClientIdentity {
        ClientIdentity(
            workspace: .uuid7(at: systemMilliseconds()), replica: .random(), nodeName: nodeName,
            schemaVersion: Replica.schemaVersion)
    }

    private func settle(
        _ local: Library?, on workspace: RowID, _ name: String, isOurs: Bool, _ adopting: Bool
    ) throws -> ConnectOutcome.Change {
        guard let local else {
            // Another process may have been first.
            guard !directory.workspaces().contains(workspace) else { return .connected }
            // Who claims a workspace writes its name; everybody else gets it with the first sync.
            _ = try create(workspace, isOurs ? name : nil)
            return .created
        }
        let own = try local.replica.clientIdentity().workspace
        if own == workspace { return .connected }
        let isEmpty = try local.replica.read { try $0.isLibraryEmpty() }
        guard isEmpty || adopting else {
            throw LibraryError(
                .conflict,
                "the server has the workspace “\(name)”, and this library holds prompts of another one; to bring them "
                    + "into “\(name)”, run connect again with --adopt")
        }
        let user = try local.replica.read { try $0.currentUser() }
        let successor =
            directory.workspaces().contains(workspace) ? try library(workspace) : try create(workspace, nil, user)
        try local.replica.retire(into: successor.replica)
        directory.remove(own)
        directory.removeConnection(of: own)
        return .adopted
    }
}
