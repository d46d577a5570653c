internal import Glibc

/// What the file system says of a path, itself and not what a link leads to.
package struct FileStatus: Sendable {
    private let status: stat

    /// Nil where there is nothing, or it may not be looked at.
    package init?(_ path: String) {
        var found = stat()
        guard lstat(path, &found) == 0 else { return nil }
        status = found
    }

    /// In bytes.
    var size: Int64 { Int64(status.st_size) }

    package var isSocket: Bool { status.st_mode & S_IFMT == S_IFSOCK }

    /// Whether it is a plain file of this user's that nobody else may read or write.
    package var isPrivateFile: Bool {
        status.st_mode & S_IFMT == S_IFREG && status.st_uid == geteuid() && status.st_mode & 0o077 == 0
    }
}
