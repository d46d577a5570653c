internal import Changesets
package import DirectoryStore
package import ReplicaStore
internal import SyncEngine
internal import Synchronization

/// The replicas that a server holds open: each file once, from its first use on.
package final class WorkspaceReplicas: Sendable {
    private let data: DataDirectory
    let directory: DirectoryStore
    private let acceptsClock: Bool
    /// Held by whoever lets a workspace begin: another finds it begun.
    let founding = Mutex(())
    private let open = Mutex<[RowID: Replica]>([:])
    private let marks = Mutex<[RowID: ChangeMark]>([:])

    /// - Parameter acceptsClock: whether somebody vouches for the machine's clock as it is now.
    package init(_ data: DataDirectory, _ directory: DirectoryStore, acceptsClock: Bool = false) {
        self.data = data
        self.directory = directory
        self.acceptsClock = acceptsClock
    }

    /// The replica of a workspace, claimed under `claimed` where no node has done so yet.
    func replica(of session: SyncSession, claimedAs claimed: RowID? = nil) throws -> Replica {
        if let id = session.workspace.id { return try replica(id) }
        guard let claimed, claimed.length == 16 else {
            throw SyncRefusal(.unclaimed, "no node has claimed the workspace yet; run offbook connect first")
        }
        try refuseLying(claimed)
        return try replica(try directory.claim(session.workspace, as: claimed, by: session.caller))
    }

    /// A library that lies here already is not for whoever knows its id.
    func refuseLying(_ id: RowID) throws {
        guard !data.holds(id) else {
            throw SyncRefusal(.foreignWorkspace, "this server holds a library of that id already, not for this token")
        }
    }

    /// Makes the replica of a workspace that begins here.
    func found(_ id: RowID, named name: String) throws {
        try Replica.create(
            path: data.replicaPath(id),
            Replica.Founding(workspace: id, workspaceName: name, nodeName: "server", userName: "server"))
    }

    func replica(_ id: RowID) throws -> Replica {
        try open.withLock { open in
            if let replica = open[id] { return replica }
            let path = data.replicaPath(id)
            if !data.holds(id) {
                try Replica.create(
                    path: path,
                    Replica.Founding(workspace: id, workspaceName: nil, nodeName: "server", userName: "server"))
            }
            let replica = try Replica(path: path, access: .server)
            if acceptsClock { try replica.acceptClock() }
            open[id] = replica
            return replica
        }
    }

    /// By which it shows whether a workspace has changed.
    func mark(of id: RowID) throws -> Int64 {
        let mark = try marks.withLock { marks in
            if let mark = marks[id] { return mark }
            // The file is there once the replica is.
            let mark = try ChangeMark(replica(id).path)
            marks[id] = mark
            return mark
        }
        return try mark.value()
    }

    func isOpen(_ id: RowID) -> Bool { open.withLock { $0[id] != nil } }

    /// Those that somebody has used since the server began.
    var inUse: [Replica] { open.withLock { Array($0.values) } }

    func close() throws {
        try marks.withLock { marks in
            for mark in marks.values { try mark.close() }
            marks = [:]
        }
        try open.withLock { open in
            for replica in open.values { try replica.close() }
            open = [:]
        }
    }
}
