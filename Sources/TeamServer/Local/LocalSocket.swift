internal import Glibc
internal import ReplicaStore

/// The path of a Unix socket, before anybody listens there.
struct LocalSocket {
    let path: String

    /// Removes what a daemon left behind that was killed.
    ///
    /// - Throws: `ReplicaError`: `.io` for a path that no socket can have, `.busy` where somebody listens.
    func clear() throws {
        guard var address else {
            throw ReplicaError(
                .io,
                "a socket's path has at most \(Self.bytesMax) bytes, and \(path) has \(path.utf8.count): give a "
                    + "data directory of a shorter path")
        }
        guard let status = FileStatus(path) else { return }
        guard status.isSocket else {
            throw ReplicaError(.io, "\(path) is in the way of the daemon's socket, and is none: remove it")
        }
        guard !Self.answers(&address) else {
            throw ReplicaError(.busy, "another daemon serves this data directory already: it listens at \(path)")
        }
        guard unlink(path) == 0 || errno == ENOENT else {
            throw ReplicaError(.readOnly, "\(path) can't be removed: \(String(cString: strerror(errno)))")
        }
    }

    /// Lets nobody else in.
    func restrict() throws {
        guard chmod(path, 0o600) == 0 else {
            throw ReplicaError(.io, "\(path) can't be restricted: \(String(cString: strerror(errno)))")
        }
    }

    /// As many as Linux has room for, with the zero byte behind.
    private static let bytesMax = 107

    private var address: sockaddr_un? {
        guard path.utf8.count <= Self.bytesMax else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return address
    }

    private static func answers(_ address: inout sockaddr_un) -> Bool {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard file >= 0 else { return false }
        defer { close(file) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(file, $0, length) } == 0
        }
    }
}
