internal import Changesets
internal import Glibc
internal import ReplicaStore

/// Which replica files a data directory has, and which files these are: one that was put back from a backup has
/// the name of its predecessor, and is another.
///
/// It is looked up for every request, so without anything that costs more than a few microseconds.
struct ReplicaListing: Equatable, Sendable {
    /// The number by which the file system knows the file of each workspace.
    private(set) var files: [RowID: UInt64] = [:]

    var workspaces: [RowID] { files.keys.sorted() }

    init() {}

    /// - Parameter folder: in which the replicas are; there may be none yet.
    /// - Throws: `ReplicaError.io` where it can't be read.
    init(_ folder: String) throws {
        guard let directory = opendir(folder) else {
            guard errno == ENOENT else {
                throw ReplicaError(.io, "\(folder) can't be read: \(String(cString: strerror(errno)))")
            }
            return
        }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            if let id = Self.workspace(entry) { files[id] = UInt64(entry.pointee.d_ino) }
        }
    }

    private static let suffix = Array(".sqlite".utf8)

    private static func workspace(_ entry: UnsafeMutablePointer<dirent>) -> RowID? {
        // The name ends before the structure does, so it is never copied with it.
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return nil }
        let name = UnsafeRawPointer(entry) + offset
        let bytes = UnsafeRawBufferPointer(start: name, count: strlen(name.assumingMemoryBound(to: CChar.self)))
        guard bytes.count == 32 + suffix.count, bytes.suffix(suffix.count).elementsEqual(suffix) else { return nil }
        return RowID(hex: String(decoding: bytes.prefix(32), as: UTF8.self))
    }
}
