internal import FoundationEssentials
internal import Glibc

/// What the process takes of its machine, as Linux tells it.
enum ProcessUse {
    static var residentBytes: Int? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }

    static var openFiles: Int? { try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count }
}

/// The file system that a path is on.
struct DiskSpace {
    /// In bytes, for users other than root.
    var free: UInt64
    var size: UInt64

    init?(_ path: String) {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let block = UInt64(status.f_frsize)
        (free, size) = (
            UInt64(status.f_bavail).multipliedReportingOverflow(by: block).partialValue,
            UInt64(status.f_blocks).multipliedReportingOverflow(by: block).partialValue
        )
    }
}
