package import Changesets
package import Logging
package import PromptLibrary
package import ReplicaStore
internal import Synchronization

/// Keeps all libraries of a data directory in step that have a server: those that come later too.
package actor Keeper {
    private struct Kept {
        var connection: ServerConnection
        var replica: Replica
        var keeper: LibraryKeeper
        var task: Task<Void, Never>
    }

    private let directory: DataDirectory
    private let open: @Sendable (RowID) throws -> Replica
    private let synced: @Sendable (Library) throws -> Void
    private let logger: Logger
    private var kept: [RowID: Kept] = [:]
    /// What can't be kept in step, and why.
    private var broken: [RowID: LibraryStanding] = [:]
    private let alarm = Alarm()

    /// - Parameters:
    ///   - open: gives the replica of a workspace.
    ///   - synced: to be called after each sync of a library.
    package init(
        _ directory: DataDirectory, logger: Logger, open: @escaping @Sendable (RowID) throws -> Replica,
        synced: @escaping @Sendable (Library) throws -> Void = { _ in }
    ) {
        self.directory = directory
        self.logger = logger
        self.open = open
        self.synced = synced
    }

    /// Ascending by their names.
    package var standings: [LibraryStanding] {
        (kept.values.map(\.keeper.standing) + broken.values).sorted {
            ($0.name, $0.workspace) < ($1.name, $1.workspace)
        }
    }

    /// Until the task is cancelled.
    package func run() async throws {
        let (batches, notify) = AsyncStream.makeStream(
            of: Set<DataWatch.Part>?.self, bufferingPolicy: .bufferingNewest(64))
        let watch = try DataWatch(directory) { parts in
            // Where one is lost, any may have changed.
            if case .dropped = notify.yield(parts) { notify.yield(nil) }
        }
        let noticing = Task { for await parts in batches { self.changed(parts) } }
        defer { noticing.cancel() }
        while !Task.isCancelled {
            scan()
            // What is wrong now may be right again without a sign of it.
            await alarm.wait(atMost: broken.isEmpty ? nil : .seconds(30))
            // A file is written in several steps.
            try? await Task.sleep(for: .milliseconds(50))
        }
        for one in kept.values { one.task.cancel() }
        for one in kept.values { await one.task.value }
        withExtendedLifetime(watch) {}
    }

    private func changed(_ parts: Set<DataWatch.Part>?) {
        for part in parts ?? Set(kept.keys.map(DataWatch.Part.library) + [.settings]) {
            switch part {
            case .library(let id): kept[id]?.keeper.look()
            case .settings: alarm.ring()
            case .accounts: break
            }
        }
    }

    private func scan() {
        let found = Set(directory.workspaces())
        for id in kept.keys where !found.contains(id) { drop(id) }
        broken = broken.filter { found.contains($0.key) }
        for id in found {
            do {
                try keep(id, try directory.connection(of: id))
            } catch {
                drop(id)
                let standing = LibraryStanding(
                    workspace: id.hex, name: "", server: "", state: .trouble, detail: "\(error)")
                if broken.updateValue(standing, forKey: id) != standing { logger.error("\(error)") }
            }
        }
    }

    private func keep(_ id: RowID, _ connection: ServerConnection?) throws {
        guard let connection else {
            broken[id] = nil
            return drop(id)
        }
        // Another one where its file is another, put back from a backup.
        let replica = try open(id)
        broken[id] = nil
        guard kept[id]?.connection != connection || kept[id]?.replica !== replica else { return }
        drop(id)
        let keeper = try LibraryKeeper(Library(replica), connection, synced: synced, logger: logger)
        kept[id] = Kept(
            connection: connection, replica: replica, keeper: keeper, task: Task { await keeper.run() })
    }

    private func drop(_ id: RowID) { kept.removeValue(forKey: id)?.task.cancel() }
}
