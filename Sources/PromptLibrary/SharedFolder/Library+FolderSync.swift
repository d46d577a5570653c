package import Changesets
internal import ReplicaStore
package import SyncEngine

/// What a sync through a shared folder did.
package struct FolderSyncSummary: Sendable {
    /// A file that was passed over, to be tried again by the next sync.
    package struct PassedOver: Sendable {
        package var name: String
        package var reason: String
    }

    /// Rows written.
    package var sent = 0
    /// Rows that changed here.
    package var received = 0
    /// Of these, rows to which both sides had something to add.
    package var merged = 0
    package var conflicts = 0
    /// Row states from clocks far ahead, which were set aside.
    package var parked = 0
    package var filesRead = 0
    package var filesWritten = 0
    package var filesRemoved = 0
    package var passedOver: [PassedOver] = []
    /// Rows that were not taken.
    package var denials: [RowDenial] = []
    /// Rows that are too large to travel.
    package var leftOut: [RowDenial] = []
    package var wasReparented = false
    /// Why what there was to write could not be written.
    package var writeFailure: String?
    /// Other workspaces in the folder, where this one was not in it.
    package var strangers: [RowID] = []

    package init() {}
}

extension Library {
    /// Joins what others have put into a shared folder, and puts in what it lacks.
    ///
    /// Waits for another process that syncs this library. A file that can't be taken is passed over,
    /// and a folder that can't be written to is told in the summary; all that was joined stays.
    package func sync(
        through shared: SharedFolder, progress: @escaping (FolderSyncSummary) -> Void = { _ in }
    ) throws -> FolderSyncSummary {
        let lock = try replica.syncLock()
        defer { withExtendedLifetime(lock) {} }
        var sync = try FolderSync(self, shared, progress)
        try sync.run()
        return sync.summary
    }
}

/// One sync of one replica, which holds its lock.
private struct FolderSync {
    private let library: Library
    private var replica: Replica { library.replica }
    private let shared: SharedFolder
    private let workspace: RowID
    private let former: ReplicaID
    private let progress: (FolderSyncSummary) -> Void
    private var entries: [FolderPlan.Entry] = []
    private(set) var summary = FolderSyncSummary()

    init(_ library: Library, _ shared: SharedFolder, _ progress: @escaping (FolderSyncSummary) -> Void) throws {
        self.library = library
        self.shared = shared
        self.progress = progress
        let replica = library.replica
        former = try replica.replicaID()
        // A copy takes its new id before anything leaves under the old one.
        workspace = try replica.clientIdentity().workspace
    }

    mutating func run() throws {
        if let folder = try shared.folder(of: workspace) {
            try join(folder)
        } else {
            summary.strangers = try shared.workspaces()
        }
        do {
            try publish()
        } catch let error as LibraryError {
            summary.writeFailure = error.message
        }
        summary.wasReparented = try replica.replicaID() != former
    }
}

// MARK: Reading

extension FolderSync {
    private mutating func join(_ folder: OpenFolder) throws {
        let (items, unreadable) = try folder.items()
        for (name, reason) in unreadable { passOver(name, reason) }
        let known = Dictionary(
            try replica.notedFiles().map { ($0.file.checksum, $0.file) }, uniquingKeysWith: { first, _ in first })
        for item in items {
            if let file = known[item.checksum], file.size == item.size {
                entries.append(FolderPlan.Entry(name: item.name, file: file))
            } else {
                try take(item, from: folder)
            }
        }
    }

    /// One file must not keep the others from being taken; a fault of the library itself ends it all.
    private mutating func take(_ item: FolderItem, from folder: OpenFolder) throws {
        do {
            let changeset = try folder.changeset(item)
            try library.checkSigner(of: changeset)
            let file = FolderFile(item, changeset.header)
            add(try replica.join(changeset, noting: file))
            entries.append(FolderPlan.Entry(name: item.name, file: file))
        } catch let error as UnreadableFile {
            passOver(item.name, error.reason)
        } catch let error as ChangesetError {
            passOver(item.name, "\(error)")
        } catch let error as LibraryError {
            passOver(item.name, error.message)
        } catch let error as ReplicaError where [.foreignWorkspace, .denied].contains(error.code) {
            passOver(item.name, error.message)
        }
    }

    private mutating func passOver(_ name: String, _ reason: String) {
        summary.passedOver.append(FolderSyncSummary.PassedOver(name: name, reason: reason))
    }

    private mutating func add(_ joined: ApplySummary) {
        summary.filesRead += 1
        summary.received += joined.changed
        summary.merged += joined.merged
        summary.conflicts += joined.conflicts
        summary.parked += joined.parked
        summary.denials += joined.denied
        progress(summary)
    }
}

extension FolderFile {
    fileprivate init(_ item: FolderItem, _ header: ChangesetFile.Header) {
        self.init(
            checksum: item.checksum, size: item.size, writer: header.replica, since: header.since, next: header.next)
    }
}

// MARK: Writing

extension FolderSync {
    private mutating func publish() throws {
        // Before it is settled what there is to write, as a new key is an edit.
        if try library.signsExports() { _ = try replica.signingKey() }
        // By now, as a file may have shown that this replica is a copy.
        let writer = try replica.replicaID()
        let noted = try replica.notedFiles()
        // What was joined may be remembered otherwise than it says of itself.
        let byChecksum = Dictionary(
            noted.map { ($0.file.checksum, $0.file) }, uniquingKeysWith: { first, _ in first })
        let entries = entries.map { FolderPlan.Entry(name: $0.name, file: byChecksum[$0.file.checksum] ?? $0.file) }
        let plan = FolderPlan(replica: writer, entries: entries, noted: noted)
        let written: FolderPlan.Entry? =
            switch plan.writing(missing: try replica.missingPositions(besides: plan.held)) {
            case .nothing: nil
            case .part(let since, let last): try write(since: since, upTo: last, by: writer)
            case .whole: try write(since: 0, upTo: nil, by: writer)
            }
        try remove(plan.removable(besides: written))
        for file in plan.stale { try replica.forget(file) }
    }

    /// The file is remembered before it has its name. A crash between the two leaves positions that
    /// count as missing, and no file that its own writer does not know.
    private mutating func write(since: Int64, upTo last: Int64?, by writer: ReplicaID) throws -> FolderPlan.Entry? {
        let folder = try shared.makeFolder(of: workspace)
        for name in try folder.names() where FolderFileName.isDraft(name, of: writer) { try folder.remove(name) }
        let draft = try FolderDraft(in: folder, by: writer)
        let isSigned = try library.signsExports()
        let (rows, next, leftOut) = try replica.exportPart(since: since, upTo: last, isSigned: isSigned) {
            try draft.write($0)
        }
        summary.leftOut = leftOut
        guard next > since else { return nil }
        try draft.flush()
        let file = FolderFile(checksum: draft.lastBytes, size: draft.size, writer: writer, since: since, next: next)
        try replica.noteWritten(file)
        let entry = FolderPlan.Entry(name: FolderFileName.name(of: file), file: file)
        try draft.finish(as: entry.name)
        summary.sent = rows
        summary.filesWritten = 1
        progress(summary)
        return entry
    }

    private mutating func remove(_ names: [String]) throws {
        guard !names.isEmpty, let folder = try shared.folder(of: workspace) else { return }
        for name in names {
            try folder.remove(name)
            summary.filesRemoved += 1
        }
    }
}
