internal import Glibc

/// Says whether other files are in a folder than when it was last asked: at once, and for the price of two system
/// calls. What files hold is no matter to it.
///
/// The kernel queues an inotify(7) event before whoever made the change goes on, so nothing is seen late.
package final class FolderMark: Sendable {
    private struct Identity: Equatable {
        var device: UInt
        var inode: UInt
    }

    private static let events =
        UInt32(IN_CREATE) | UInt32(IN_DELETE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM)
    private let path: String
    private let file: Int32
    private let folder: Identity

    /// Nil where the folder can't be watched, such as one that is not there.
    package init?(_ path: String) {
        let file = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
        guard file >= 0 else { return nil }
        // Looked up after the watch is there: if another takes its place in between, it will not be the same.
        guard inotify_add_watch(file, path, Self.events) >= 0, let folder = Self.identity(path) else {
            close(file)
            return nil
        }
        (self.path, self.file, self.folder) = (path, file, folder)
    }

    deinit { close(file) }

    /// Forgets what it says: the next call tells of what happens after this one.
    ///
    /// - Returns: true also where another folder has the path by now, for ever after.
    package func isChanged() -> Bool {
        var isChanged = Self.identity(path) != folder
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 8) { events in
            while read(file, events.baseAddress, events.count) > 0 { isChanged = true }
        }
        return isChanged
    }

    private static func identity(_ path: String) -> Identity? {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        return Identity(device: UInt(found.st_dev), inode: UInt(found.st_ino))
    }
}
