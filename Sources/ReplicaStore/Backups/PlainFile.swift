internal import FoundationEssentials
internal import Glibc

/// A file that is read from its beginning to its end.
final class PlainFile {
    private let file: Int32
    private(set) var hasFailed = false

    init?(reading path: String) {
        file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        if file < 0 { return nil }
    }

    deinit { close(file) }

    /// The next bytes; nil at the end, or where they can't be read.
    func next(atMost most: Int = 1 << 20) -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: most)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            hasFailed = count < 0
            return count > 0 ? Array(chunk.prefix(count)) : nil
        }
    }

    /// Copies a file to a path where there is none, for its owner only, and to the disk.
    static func copy(_ source: String, to path: String) throws {
        guard let reading = PlainFile(reading: source) else { throw ReplicaError(.io, "\(source) can't be read") }
        let writing = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard writing >= 0 else { throw unwritable(path) }
        defer { close(writing) }
        while let piece = reading.next() { try write(piece, to: writing, path) }
        guard !reading.hasFailed else { throw ReplicaError(.io, "\(source) can't be read") }
        guard fsync(writing) == 0 else { throw unwritable(path) }
    }

    static func write(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw unwritable(path) }
            rest = rest.dropFirst(count)
        }
    }

    static func unwritable(_ path: String) -> ReplicaError {
        errno == ENOSPC ? ReplicaError(noSpaceFor: path) : ReplicaError(.readOnly, "\(path) can't be written")
    }

    /// Makes an empty file for its owner only.
    static func make(_ path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw unwritable(path) }
        close(file)
    }

    /// Sees to it that names in a directory survive a loss of power.
    static func syncFolder(_ path: String) {
        let file = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }

    /// Makes a directory for its owner only, with those above it.
    static func makeFolder(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
            throw ReplicaError(noSpaceFor: path)
        } catch {
            throw ReplicaError(.readOnly, "the directory \(path) can't be made; check the permissions around it")
        }
    }

    /// Renames into an empty place on the same file system.
    static func move(_ source: String, to path: String) throws {
        guard !FileManager.default.fileExists(atPath: path) else { throw ReplicaError(.io, "\(path) is there already") }
        guard rename(source, path) == 0 else {
            throw ReplicaError(.io, "\(source) can't be moved to \(path): \(String(cString: strerror(errno)))")
        }
    }

    /// Where root works on what is somebody else's, what it makes is theirs, too: a server does not run as root.
    static func give(_ path: String, like model: String) {
        var status = stat()
        guard geteuid() == 0, stat(model, &status) == 0 else { return }
        let below = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
        for path in [path] + below.map({ "\(path)/\($0)" }) { _ = lchown(path, status.st_uid, status.st_gid) }
    }
}
