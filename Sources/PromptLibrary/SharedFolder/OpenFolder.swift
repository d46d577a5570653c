internal import Glibc

/// A directory that is held open, so that all that is done in it is done in this very one, whatever
/// becomes of its path. No symbolic link in it is followed.
final class OpenFolder {
    /// For people.
    let path: String
    let descriptor: Int32

    /// Entries that are looked at in one directory.
    static let entriesMax = 100_000

    init(_ path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("\(path) can't be opened", hint: errno == ENOENT) }
    }

    /// - Returns: nil where there is nothing of that name.
    init?(_ name: String, in parent: OpenFolder) throws {
        path = "\(parent.path)/\(name)"
        descriptor = openat(parent.descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        if descriptor >= 0 { return }
        guard errno == ENOENT else { throw Self.failure("\(path) can't be opened as a folder") }
        return nil
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// In no order. Names that are not UTF-8 are passed over: nobody who writes here makes them.
    func names() throws -> [String] {
        let copy = openat(descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else {
            let failure = Self.failure("\(path) can't be listed")
            if copy >= 0 { close(copy) }
            throw failure
        }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            guard names.count < Self.entriesMax else {
                throw LibraryError(.invalid, "\(path) has more than \(Self.entriesMax) files; is it the right folder?")
            }
            if let name = Self.name(of: entry) { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw Self.failure("\(path) can't be listed") }
        return names
    }

    private static func name(of entry: UnsafeMutablePointer<dirent>) -> String? {
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: pointer.pointee)) {
                String(validatingCString: $0)
            }
        }
    }

    /// As whoever shared the folder allows: a file in it may be read by all who may read the folder.
    var mode: mode_t {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? status.st_mode & 0o777 : 0o700
    }

    /// Makes a directory in this one, or leaves the one that is there.
    func makeFolder(_ name: String) throws -> OpenFolder {
        if mkdirat(descriptor, name, 0o700) == 0 {
            // Where a file system knows no modes, its own will do.
            _ = fchmodat(descriptor, name, mode, 0)
            _ = fsync(descriptor)
        } else if errno != EEXIST {
            throw Self.failure("\(path)/\(name) can't be made")
        }
        guard let folder = try OpenFolder(name, in: self) else {
            throw LibraryError(.invalid, "\(path)/\(name) was taken away just now; try again")
        }
        return folder
    }

    func remove(_ name: String) throws {
        guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else {
            throw Self.failure("\(path)/\(name) can't be removed")
        }
    }

    /// Gives a file its name, for good.
    func rename(_ draft: String, to name: String) throws {
        guard renameat(descriptor, draft, descriptor, name) == 0 else {
            throw Self.failure("\(path)/\(name) can't be written")
        }
        // Some file systems can't do this for a directory.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw Self.failure("\(path) can't be written") }
    }

    static func failure(_ what: String, hint isMissing: Bool = false) -> LibraryError {
        let reason = String(cString: strerror(errno))
        return LibraryError(.invalid, "\(what): \(reason)\(isMissing ? "; make it, or put in the stick, first" : "")")
    }
}
