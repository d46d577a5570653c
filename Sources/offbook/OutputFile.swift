import Glibc

/// A file that appears whole under its name, or not at all.
final class OutputFile {
    private let path: String
    private let draft: String
    private let file: Int32
    private var isFinished = false

    init(_ path: String) throws {
        self.path = path
        draft = "\(path).\(UInt32.random(in: .min ... .max)).partial"
        file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw CommandError(.failure, "\(path) can't be written: \(Self.reason)") }
        DoomedFile.doom(draft)
    }

    deinit {
        close(file)
        if !isFinished { unlink(draft) }
        DoomedFile.spare()
    }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw CommandError(.failure, "\(path) can't be written: \(Self.reason)") }
            rest = rest.dropFirst(written)
        }
    }

    /// A dot leaves a machine only after it is on the disk.
    func finish() throws {
        guard fsync(file) == 0, rename(draft, path) == 0 else {
            throw CommandError(.failure, "\(path) can't be written: \(Self.reason)")
        }
        isFinished = true
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
