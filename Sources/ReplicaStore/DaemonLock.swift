internal import FoundationEssentials
internal import Glibc

/// Held by the daemon of a data directory, until it is let go or the process ends: there is one for each.
package final class DaemonLock: Sendable {
    private let file: Int32

    /// - Throws: `ReplicaError.busy` where another one runs.
    package init(_ data: DataDirectory) throws {
        try data.prepare()
        let path = Self.path(data)
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.unwritable(path) }
        guard Self.lock(file) else {
            let process = Self.holder(of: data).map { " (process \($0))" } ?? ""
            close(file)
            throw ReplicaError(
                .busy, "a daemon keeps \(data.path) in step already\(process); stop it first: offbook daemon stop")
        }
        // On a full disk it goes on without saying so.
        let process = Array("\(getpid())\n".utf8)
        if ftruncate(file, 0) == 0 { _ = write(file, process, process.count) }
    }

    /// Who looks whether there is a daemon holds the lock for a moment.
    private static func lock(_ file: Int32) -> Bool {
        for _ in 0..<5 {
            if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
            usleep(2_000)
        }
        return false
    }

    deinit { close(file) }

    private static func unwritable(_ path: String) -> ReplicaError {
        ReplicaError(.readOnly, "\(path) can't be written: \(String(cString: strerror(errno)))")
    }

    private static func path(_ data: DataDirectory) -> String { "\(data.path)/daemon.lock" }

    /// The process of the daemon that runs; nil where none does.
    package static func holder(of data: DataDirectory) -> Int32? {
        let file = open(path(data), O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // Who looks must not keep a daemon from starting for longer than this takes.
        guard flock(file, LOCK_SH | LOCK_NB) != 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 16)
        let count = read(file, &buffer, buffer.count)
        let text = String(decoding: buffer.prefix(max(count, 0)).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        return Int32(text).flatMap { $0 > 0 ? $0 : nil }
    }
}
