internal import Changesets
internal import Glibc

/// A file of a shared folder that is being written: hidden until it is whole, and gone unless it gets there.
final class FolderDraft {
    private let folder: OpenFolder
    private let name: String
    private let descriptor: Int32
    private var isNamed = false
    private(set) var size: Int64 = 0
    /// Of a changeset, its checksum.
    private(set) var lastBytes: [UInt8] = []

    init(in folder: OpenFolder, by replica: ReplicaID) throws {
        self.folder = folder
        name = FolderFileName.draft(of: replica)
        descriptor = openat(folder.descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw OpenFolder.failure("\(folder.path) can't be written to") }
        _ = fchmod(descriptor, folder.mode & 0o666)
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        if !isNamed { unlinkat(folder.descriptor, name, 0) }
    }

    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw OpenFolder.failure("\(folder.path) can't be written to") }
            rest = rest.dropFirst(written)
        }
        size += Int64(bytes.count)
        lastBytes = Array((lastBytes + bytes.suffix(32)).suffix(32))
    }

    /// To be called before a dot that is in it may leave the machine.
    func flush() throws {
        guard fsync(descriptor) == 0 else { throw OpenFolder.failure("\(folder.path) can't be written to") }
    }

    func finish(as name: String) throws {
        try folder.rename(self.name, to: name)
        isNamed = true
    }
}
