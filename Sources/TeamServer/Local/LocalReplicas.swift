package import Changesets
internal import PromptLibrary
package import ReplicaStore
internal import Synchronization

/// The replicas of a data directory that a daemon holds open, each from its first use on for as long as its file
/// is there. Other processes make and remove them as they like.
package final class LocalReplicas: Marking {
    private struct Listed: Sendable {
        var listing = ReplicaListing()
        var mark: Int64 = 0
        /// Nil where nothing says whether the listing is still right.
        var folder: FolderMark?
    }

    /// What was opened, and which file that was.
    private struct Opened<Value: Sendable>: Sendable {
        var file: UInt64
        var value: Value
    }

    let data: DataDirectory
    private let listed = Mutex(Listed())
    private let open = Mutex<[RowID: Opened<Replica>]>([:])
    private let marks = Mutex<[RowID: Opened<ChangeMark>]>([:])

    package init(_ data: DataDirectory) { self.data = data }

    package func workspaces() throws -> [RowID] { try current().listing.workspaces }

    /// - Throws: `LibraryError.notFound`.
    package func replica(_ id: RowID) throws -> Replica {
        let path = data.replicaPath(id)
        return try Self.value(id, try current().listing, open) { try Replica(path: path, access: .server) }
    }

    /// Nil where it has none yet, as nothing was synced.
    func name(of id: RowID) throws -> String? { try replica(id).read { try $0.workspaceName() } }

    package func close() {
        marks.withLock { $0 = [:] }
        open.withLock { $0 = [:] }
    }

    // MARK: Marks

    func mark() throws -> Int64 { try current().mark }

    func mark(of id: RowID) throws -> Int64 {
        let (listing, path) = (listed.withLock { $0.listing }, data.replicaPath(id))
        return try Self.value(id, listing, marks) { try ChangeMark(path) }.value()
    }

    var now: Int64 { systemMilliseconds() }

    // MARK: Files

    private func current() throws -> Listed {
        try listed.withLock { listed in
            if let folder = listed.folder, !folder.isChanged() { return listed }
            try Self.update(&listed, data.workspacesPath)
            return listed
        }
    }

    private static func update(_ listed: inout Listed, _ path: String) throws {
        listed.folder = nil
        // Made before the files are looked at: what happens after that shows the next time.
        let folder = FolderMark(path)
        let listing = try ReplicaListing(path)
        if listed.listing != listing { (listed.listing, listed.mark) = (listing, listed.mark + 1) }
        listed.folder = folder
    }

    /// Lets go of what is open of files that are there no more; whoever uses them still, has them until then.
    private static func value<Value>(
        _ id: RowID, _ listing: ReplicaListing, _ opened: borrowing Mutex<[RowID: Opened<Value>]>,
        _ make: () throws -> Value
    ) throws -> Value {
        guard let file = listing.files[id] else { throw LibraryError(.notFound, "there is no workspace \(id) here") }
        return try opened.withLock { opened in
            if let known = opened[id], known.file == file { return known.value }
            opened = opened.filter { id, known in listing.files[id] == known.file }
            let value = try make()
            opened[id] = Opened(file: file, value: value)
            return value
        }
    }
}
