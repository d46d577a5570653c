internal import FoundationEssentials
internal import Glibc
internal import PromptFiles

/// The files of an export folder, each of which is there whole or not at all.
struct FolderFiles {
    let root: String

    init(_ root: String) throws {
        self.root = root
        try Self.doing("made", root) {
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        }
    }

    /// How files begin that are not yet under their names.
    private static let draftPrefix = ".offbook-partial-"

    /// Removes what an export that was killed has left.
    func removeDrafts() throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        for name in names where name.hasPrefix(Self.draftPrefix) { try remove(name) }
    }

    func bytes(of path: String) -> [UInt8]? {
        (try? Data(contentsOf: URL(filePath: "\(root)/\(path)"))).map { [UInt8]($0) }
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(root)/\(path)") }

    /// - Returns: whether that changed it.
    @discardableResult
    func write(_ bytes: [UInt8], to path: String) throws -> Bool {
        if self.bytes(of: path) == bytes { return false }
        let draft = "\(root)/\(Self.draftPrefix)\(UInt32.random(in: .min ... .max))"
        defer { unlink(draft) }
        try Self.doing("written", path) { try Data(bytes).write(to: URL(filePath: draft)) }
        guard rename(draft, "\(root)/\(path)") == 0 else {
            throw LibraryError(.invalid, "\(path) can't be written: \(String(cString: strerror(errno)))")
        }
        return true
    }

    func remove(_ path: String) throws {
        try Self.doing("removed", path) { try FileManager.default.removeItem(atPath: "\(root)/\(path)") }
    }

    private static func doing(_ what: String, _ path: String, _ work: () throws -> Void) throws {
        do {
            try work()
        } catch let error as CocoaError {
            let number = (error.underlying as? POSIXError)?.code.rawValue
            throw LibraryError(
                .invalid, "\(path) can't be \(what)\(number.map { ": \(String(cString: strerror($0)))" } ?? "")")
        }
    }
}
