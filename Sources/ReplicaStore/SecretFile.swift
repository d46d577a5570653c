package import FoundationEssentials
internal import Glibc

/// A file that only its owner may read.
package enum SecretFile {
    /// Replaces the file whole; its mode is set before anything is in it.
    package static func write(_ content: Data, to path: String) throws {
        let draft = path + ".new"
        // One that an earlier process left may have any mode.
        unlink(draft)
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ReplicaError(.readOnly, "\(draft) can't be written") }
        defer { close(file) }
        let written = content.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        guard written == content.count, fsync(file) == 0, rename(draft, path) == 0 else {
            throw ReplicaError(.io, "\(path) can't be written")
        }
    }
}
