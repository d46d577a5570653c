internal import Glibc

/// A lock between processes, held until it is let go or the process ends, however it ends.
package final class FileLock: Sendable {
    private let file: Int32

    /// Waits until no other process holds the lock of that path.
    package init(_ path: String) throws {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw ReplicaError(.readOnly, "\(path) can't be locked: \(String(cString: strerror(errno)))")
        }
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else {
                close(file)
                throw ReplicaError(.io, "\(path) can't be locked: \(String(cString: strerror(errno)))")
            }
        }
    }

    deinit { close(file) }
}
