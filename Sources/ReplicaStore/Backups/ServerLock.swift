internal import FoundationEssentials
internal import Glibc

/// Keeps a restore and a running server apart, until it is let go or the process ends.
package final class ServerLock: Sendable {
    package enum Purpose: Sendable { case serving, restoring }

    private let file: Int32

    /// - Throws: `ReplicaError.busy` where the other is going on; `.damaged` where a server is to begin on what
    ///   a restore that was cut off has left.
    package init(_ data: DataDirectory, _ purpose: Purpose) throws {
        let path = "\(data.path)/server.lock"
        file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw PlainFile.unwritable(path) }
        PlainFile.give(path, like: data.path)
        guard flock(file, (purpose == .serving ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 else {
            throw ReplicaError(
                .busy,
                purpose == .serving
                    ? "a backup is being restored into \(data.path); try again when that is done"
                    : "a server runs on \(data.path); stop it first")
        }
        let isCutOff = FileManager.default.fileExists(atPath: "\(data.path)/\(Restoring.stagingName)")
        guard purpose == .restoring || !isCutOff else {
            throw ReplicaError(
                .damaged, "a restore into \(data.path) was cut off; run offbook admin backup restore again")
        }
    }

    deinit { close(file) }
}
