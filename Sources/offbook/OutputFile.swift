import Glibc

/// A file that appears whole under its name, or not at all. What is there and no file, such as a pipe or a
/// device, is written to as it is.
final class OutputFile {
    private let path: String
    /// What is renamed in the end; nil where there is nothing to rename.
    private let draft: String?
    private let file: Int32
    private var isFinished = false

    init(_ path: String) throws {
        let target = Self.target(path)
        self.path = target
        draft = Self.isNoFile(target) ? nil : "\(target).\(UInt32.random(in: .min ... .max)).partial"
        file =
            draft.map { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) } ?? open(target, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw CommandError(.failure, "\(path) can't be written: \(Self.reason)") }
        if let draft { DoomedFile.doom(draft) }
    }

    /// What a symbolic link leads to, where it leads anywhere.
    private static func target(_ path: String) -> String {
        guard let resolved = realpath(path, nil) else { return path }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isNoFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && ![S_IFREG, S_IFDIR].contains(status.st_mode & S_IFMT)
    }

    deinit {
        close(file)
        guard let draft else { return }
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
        guard let draft else { return }
        guard fsync(file) == 0, rename(draft, path) == 0 else {
            throw CommandError(.failure, "\(path) can't be written: \(Self.reason)")
        }
        isFinished = true
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
