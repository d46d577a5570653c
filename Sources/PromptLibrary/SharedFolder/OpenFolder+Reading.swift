internal import Changesets
internal import Glibc

/// A changeset file of a shared folder, as far as it can be told without reading it.
struct FolderItem {
    var name: String
    /// In bytes.
    var size: Int64
    /// Its last 32 bytes; where it is whole, their SHA-256.
    var checksum: [UInt8]
}

/// Why a file was passed over.
struct UnreadableFile: Error {
    var reason: String
}

extension OpenFolder {
    private static let checksumBytes = 32

    /// The changeset files in here, in the order of their names, and those that can't be looked at.
    func items() throws -> (items: [FolderItem], unreadable: [(name: String, reason: String)]) {
        let names = try names().filter(FolderFileName.isCandidate)
        var items: [FolderItem] = []
        var unreadable: [(name: String, reason: String)] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            do {
                if let item = try item(name) { items.append(item) }
            } catch let error as UnreadableFile {
                unreadable.append((name, error.reason))
            }
        }
        return (items, unreadable)
    }

    /// Nil for what is gone by now.
    private func item(_ name: String) throws -> FolderItem? {
        guard let file = try RegularFile(name, in: self) else { return nil }
        let checksum = try file.bytes(from: max(0, file.size - Int64(Self.checksumBytes)), atMost: Self.checksumBytes)
        return FolderItem(name: name, size: file.size, checksum: checksum)
    }

    /// - Throws: `UnreadableFile`, or `ChangesetError`.
    func changeset(_ item: FolderItem) throws -> ChangesetFile {
        guard let file = try RegularFile(item.name, in: self) else { throw UnreadableFile(reason: "it is gone") }
        guard ChangesetFile.isRecognised(try file.bytes(from: 0, atMost: 64)) else {
            throw ChangesetError.notAChangeset
        }
        guard file.size <= Int64(LibraryLimits.importFileBytesMax) else {
            throw UnreadableFile(
                reason: "it has \(file.size) bytes; at most \(LibraryLimits.importFileBytesMax) are allowed")
        }
        return try ChangesetFile(file.bytes(from: 0, atMost: Int(file.size)))
    }
}

/// A file that is neither a link nor a pipe nor a device.
private final class RegularFile {
    private let descriptor: Int32
    private(set) var size: Int64 = 0

    init?(_ name: String, in folder: OpenFolder) throws {
        // Without waiting, as a pipe would have us wait for who writes to it.
        descriptor = openat(folder.descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw UnreadableFile(reason: errno == ELOOP ? "it is a symbolic link" : String(cString: strerror(errno)))
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw UnreadableFile(reason: "it is no file")
        }
        size = Int64(status.st_size)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// As many as there are of those asked for.
    func bytes(from start: Int64, atMost most: Int) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            while count < most {
                let rest = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(start) + off_t(count))
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = errno }
                guard got > 0 else { break }
                count += got
            }
        }
        guard failure == 0 else { throw UnreadableFile(reason: String(cString: strerror(failure))) }
        return bytes
    }
}
