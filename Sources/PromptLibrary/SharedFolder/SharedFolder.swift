package import Changesets
internal import ReplicaStore

/// A folder through which nodes exchange changesets: a stick, a folder that some program keeps in
/// step on several machines, a checkout. It has one folder a workspace (`sync-protocol/folder.md`).
package struct SharedFolder {
    private let root: OpenFolder
    package var path: String { root.path }

    /// Workspaces that are looked for in one folder.
    private static let workspacesMax = 1000

    /// - Throws: `invalid` where it is not there: a folder that is made where a stick should be would
    ///   look like a sync.
    package init(_ path: String) throws { root = try OpenFolder(path) }

    /// The workspaces that have a folder in it, in the order of their ids.
    package func workspaces() throws -> [RowID] {
        let found = try root.names().compactMap { name in
            RowID(hex: name).flatMap { $0.length == 16 && $0.hex == name ? $0 : nil }
        }.sorted()
        return Array(found.prefix(Self.workspacesMax))
    }

    func folder(of workspace: RowID) throws -> OpenFolder? { try OpenFolder(workspace.hex, in: root) }

    func makeFolder(of workspace: RowID) throws -> OpenFolder { try root.makeFolder(workspace.hex) }

    /// What a workspace is called, by the first of its files that is whole; nil where none is.
    func name(of workspace: RowID) throws -> String? {
        guard let folder = try folder(of: workspace) else { return nil }
        for item in try folder.items().items {
            if let changeset = try? folder.changeset(item), changeset.header.workspace == workspace {
                return changeset.header.workspaceName
            }
        }
        return nil
    }
}

extension Workspaces {
    /// The library to sync through a folder. Where there is none of it here yet, it is made, of the
    /// workspace that the folder holds, and empty: its first sync fills it.
    package func library(for shared: SharedFolder, _ selector: String?) throws -> (library: Library, isNew: Bool) {
        do {
            return (try open(selector), false)
        } catch let error as LibraryError where error.code == .noLibrary || (selector != nil && error.code == .notFound)
        {
            let workspace = try choose(try named(shared), selector, shared)
            return try directory.locked {
                // Another process may have been first.
                guard !directory.workspaces().contains(workspace) else { return (try open(workspace.hex), false) }
                return (try create(workspace, nil), true)
            }
        }
    }

    private func named(_ shared: SharedFolder) throws -> [(id: RowID, name: String)] {
        try shared.workspaces().compactMap { id in try shared.name(of: id).map { (id, $0) } }
    }

    private func choose(_ all: [(id: RowID, name: String)], _ selector: String?, _ shared: SharedFolder) throws -> RowID
    {
        let found = all.filter { selector == nil || Self.answers($0.id, $0.name, to: selector ?? "") }
        let list = all.map { "\($0.id)  \($0.name)" }.joined(separator: "\n  ")
        guard let first = found.first else {
            guard let selector, !all.isEmpty else {
                throw LibraryError(
                    .noLibrary,
                    "there is no library in \(directory.path) yet, and none in \(shared.path), or it has not arrived "
                        + "whole; make one with offbook init")
            }
            throw LibraryError(.notFound, "there is no workspace “\(selector)” in \(shared.path); there is:\n  \(list)")
        }
        guard found.count == 1 else {
            throw LibraryError(
                .ambiguous, "there are several workspaces in \(shared.path); name one with --workspace:\n  \(list)")
        }
        return first.id
    }
}
