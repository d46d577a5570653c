package import Changesets
internal import ReplicaStore
internal import SyncEngine

/// A workspace that somebody who signed in has on a server.
package struct ServerWorkspace: Hashable, Sendable {
    package var id: RowID
    package var name: String
    package var role: String

    package init(id: RowID, name: String, role: String) {
        self.id = id
        self.name = name
        self.role = role
    }
}

/// To which workspace of a server a library is to be connected.
package enum ConnectTarget: Hashable, Sendable {
    case existing(RowID)
    /// One that the server is to make, in which the library goes on.
    case new(id: RowID, name: String)
}

extension Workspaces {
    /// Chooses the workspace: the library's own, the one that is named, for a library with something in it a
    /// new one, and else the only one there is.
    ///
    /// - Parameters:
    ///   - selector: which library of this machine is meant.
    ///   - name: the server's workspace, by name or id.
    ///   - adopting: whether the library's prompts are to go into an existing workspace.
    /// - Throws: `LibraryError` `.notFound`, `.ambiguous`.
    package func connectTarget(
        _ selector: String?, among workspaces: [ServerWorkspace], named name: String?, adopting: Bool
    ) throws -> ConnectTarget {
        let library = selector == nil && isEmpty ? nil : try open(selector)
        if let name { return .existing(try named(name, workspaces)) }
        guard let library else { return .existing(try only(workspaces)) }
        let own = try library.replica.clientIdentity().workspace
        if workspaces.contains(where: { $0.id == own }) { return .existing(own) }
        let (isEmpty, ownName) = try library.replica.read { (try $0.isLibraryEmpty(), try $0.workspaceName() ?? "") }
        if adopting || isEmpty && !workspaces.isEmpty { return .existing(try only(workspaces)) }
        return .new(id: own, name: ownName.isEmpty ? userName : ownName)
    }

    private func named(_ name: String, _ workspaces: [ServerWorkspace]) throws -> RowID {
        let found = workspaces.filter { Self.answers($0.id, $0.name, to: name) }
        guard let first = found.first else {
            throw LibraryError(.notFound, "you have no workspace “\(name)” there\(list(workspaces))")
        }
        guard found.count == 1 else {
            throw LibraryError(.ambiguous, "several workspaces answer to “\(name)”\(list(found))")
        }
        return first.id
    }

    private func only(_ workspaces: [ServerWorkspace]) throws -> RowID {
        guard let first = workspaces.first else {
            throw LibraryError(
                .notFound, "you have no workspace there yet; make one with offbook workspaces create NAME")
        }
        guard workspaces.count == 1 else {
            throw LibraryError(.ambiguous, "you have several workspaces there; name one with --to\(list(workspaces))")
        }
        return first.id
    }

    private func list(_ workspaces: [ServerWorkspace]) -> String {
        workspaces.isEmpty ? "" : ":\n  " + workspaces.map { "\($0.id)  \($0.name)" }.joined(separator: "\n  ")
    }
}
