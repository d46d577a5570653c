internal import Glibc

/// A file of lines that only grows, each on the disk before it counts, with one writer at a time.
package final class LineJournal {
    package let path: String
    /// Those that were whole when it was opened, without their line feeds: what was being written when somebody was
    /// killed is not one of them.
    package private(set) var lines: [[UInt8]] = []
    private let file: Int32

    /// - Throws: `ReplicaError`, `busy` where another process has it open.
    package init(_ path: String) throws {
        self.path = path
        file = try Self.opened(path)
        lines = try Self.wholeLines(of: path)
    }

    deinit { close(file) }

    /// Whoever had it before may have removed it between opening and locking: then it is another file's turn.
    private static func opened(_ path: String) throws -> Int32 {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            guard file >= 0 else { throw PlainFile.unwritable(path) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                close(file)
                throw ReplicaError(.busy, "\(path) is in use by another offbook")
            }
            var (held, there) = (stat(), stat())
            if fstat(file, &held) == 0, stat(path, &there) == 0, held.st_dev == there.st_dev,
                held.st_ino == there.st_ino
            {
                return file
            }
            close(file)
        }
    }

    /// Cuts off all behind the first lines.
    package func keep(_ count: Int) throws {
        lines = Array(lines.prefix(count))
        let length = lines.reduce(0) { $0 + $1.count + 1 }
        guard ftruncate(file, off_t(length)) == 0 else { throw PlainFile.unwritable(path) }
    }

    package func append(_ line: [UInt8]) throws {
        try PlainFile.write(line + [UInt8(ascii: "\n")], to: file, path)
        guard fdatasync(file) == 0 else { throw PlainFile.unwritable(path) }
    }

    /// Removes the file. Nothing is appended after that.
    package func remove() throws {
        guard unlink(path) == 0 else { throw PlainFile.unwritable(path) }
    }

    private static func wholeLines(of path: String) throws -> [[UInt8]] {
        guard let reading = PlainFile(reading: path) else { throw ReplicaError(.io, "\(path) can't be read") }
        var bytes: [UInt8] = []
        while let piece = reading.next() { bytes += piece }
        guard !reading.hasFailed else { throw ReplicaError(.io, "\(path) can't be read") }
        return bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast().map { Array($0) }
    }
}
