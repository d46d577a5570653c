internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import ReplicaStore
internal import Synchronization

/// What decisions about access need of the workspaces' rows.
extension WorkspaceReplicas {
    /// Where a group is at home.
    ///
    /// - Throws: `AccountError.notFound`.
    func home(ofGroup group: RowID, in workspace: DirectoryWorkspace) throws -> Scope {
        guard let home = try replica(of: workspace).home(ofGroup: group) else {
            throw AccountError(.notFound, "there is no such group; sync it first", field: "group")
        }
        return home
    }

    /// - Throws: `AccountError.notFound`.
    func requireProject(_ project: RowID, in workspace: DirectoryWorkspace) throws {
        guard try replica(of: workspace).read({ try $0.projectName(project) }) != nil else {
            throw AccountError(.notFound, "there is no such project; sync it first", field: "project")
        }
    }

    func replica(of workspace: DirectoryWorkspace) throws -> Replica {
        guard let id = workspace.id else {
            throw AccountError(.conflict, "nothing is in “\(workspace.name)” yet: connect a library to it, and sync")
        }
        return try replica(id)
    }
}

/// Workspaces that begin on the server, and not with somebody's library.
extension WorkspaceReplicas {
    /// - Parameter id: that of a library which goes on in it and brings its own name; a new one where nil.
    func create(named name: String, id: RowID?, by caller: Caller) throws -> DirectoryWorkspace {
        if let id { try refuseLying(id) }
        let workspace = try directory.createWorkspace(named: name, id: id, by: caller)
        if id == nil, let made = workspace.id { try found(made, named: name) }
        return workspace
    }

    /// The replica of a workspace, which begins now where nothing has been in it yet.
    func foundReplica(of workspace: DirectoryWorkspace, by caller: Caller) throws -> Replica {
        guard workspace.id == nil else { return try replica(of: workspace) }
        try founding.withLock { _ in try claim(workspace, by: caller) }
        return try replica(of: directory.known(workspace))
    }

    private func claim(_ workspace: DirectoryWorkspace, by caller: Caller) throws {
        let id = RowID.uuid7(at: systemMilliseconds())
        if try directory.claim(workspace, as: id, by: caller) == id { try found(id, named: workspace.name) }
    }

    /// Claims what a token was made for, and no node has claimed yet, for somebody who is to choose among
    /// workspaces by their ids.
    func foundUnclaimed(for caller: Caller) throws {
        guard caller.boundTo == nil else { return }
        for membership in try directory.memberships(of: caller) where membership.workspace.id == nil {
            _ = try foundReplica(of: membership.workspace, by: caller)
        }
    }
}
