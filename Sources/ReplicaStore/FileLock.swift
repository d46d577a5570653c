internal import Glibc

/// A lock between processes, held until it is let go or the process ends, however it ends.
package final class FileLock: Sendable {
    private let file: Int32

    /// Waits until no other process holds the lock of that path.
    package convenience init(_ path: String) throws {
        try self.init(path, LOCK_EX)
    }

    /// The same, for a task, which may be cancelled meanwhile.
    package static func waiting(for path: String) async throws -> FileLock {
        while true {
            do {
                return try FileLock(path, LOCK_EX | LOCK_NB)
            } catch let error as ReplicaError where error.code == .busy {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private init(_ path: String, _ operation: Int32) throws {
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw ReplicaError(.readOnly, "\(path) can't be locked: \(String(cString: strerror(errno)))")
        }
        while flock(file, operation) != 0 {
            let reason = errno
            guard reason == EINTR else {
                close(file)
                throw ReplicaError(
                    reason == EWOULDBLOCK ? .busy : .io,
                    "\(path) can't be locked: \(String(cString: strerror(reason)))")
            }
        }
    }

    deinit { close(file) }
}
