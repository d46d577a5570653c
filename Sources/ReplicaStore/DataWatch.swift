package import Changesets

/// Tells what changes in a data directory, whichever process changes it.
package final class DataWatch: Sendable {
    package enum Part: Hashable, Sendable {
        /// Something may have been committed to the replica of a workspace. It may show some moments later: see
        /// `CommitWatch`.
        case library(RowID)
        /// The same of a server's accounts.
        case accounts
        /// Which workspaces there are, what server each has, or who signed in.
        case settings
    }

    private let folders: [FolderWatch]

    /// - Parameter changed: is told what; nil where it may be anything. It must not take long.
    package init(_ data: DataDirectory, changed: @escaping @Sendable (Set<Part>?) -> Void) throws {
        try data.prepare()
        folders = try [data.path, data.workspacesPath].map { path in
            try FolderWatch(path) { names in
                guard let names else { return changed(nil) }
                let parts = Set(names.flatMap(Self.parts))
                if !parts.isEmpty { changed(parts) }
            }
        }
    }

    /// What a file is a part of.
    static func parts(_ file: String) -> [Part] {
        if file == "credentials.json" { return [.settings] }
        if file.hasPrefix("directory.sqlite") { return [.accounts] }
        let name = file.split(separator: ".", maxSplits: 1)
        guard name.count == 2, let workspace = RowID(hex: String(name[0])) else { return [] }
        switch name[1] {
        case "sqlite": return [.library(workspace), .settings]
        case "sqlite-wal": return [.library(workspace)]
        case "server.json": return [.settings]
        default: return []
        }
    }
}
