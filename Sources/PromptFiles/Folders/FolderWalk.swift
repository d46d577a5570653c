internal import FoundationEssentials

/// Finds the files of a folder and of those inside it.
struct FolderWalk {
    private(set) var files: [String] = []
    private(set) var links: [String] = []
    /// Folders that cannot be listed.
    private(set) var closed: [PromptFolder.Rejected] = []
    /// Neither files nor folders nor links.
    private(set) var others = 0
    private let root: String

    init(_ path: String) throws(PromptFileError) {
        root = path
        var folders = try list("", names(in: ""))
        while let folder = folders.popLast() {
            do throws(PromptFileError) {
                folders += try list(folder, names(in: folder))
            } catch .unreadable(let path, let reason) {
                closed.append(PromptFolder.Rejected(path: path, reason: reason))
            } catch {
                throw error
            }
        }
        links.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The name of the folder itself, whatever path leads to it.
    var rootName: String { URL(filePath: root).resolvingSymlinksInPath().standardized.lastPathComponent }

    func bytes(of file: String) throws(PromptFileError) -> [UInt8] {
        let path = "\(root)/\(file)"
        let limit = PromptDocument.fileBytesMax
        guard (try? Self.size(of: path)) ?? 0 <= limit else { throw .tooLarge(limit: limit) }
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw .unreadable(path: file, reason: "it may be gone, or nobody may read it")
        }
    }

    private static func size(of path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    }

    /// Takes the files of one folder, and returns the folders in it, each with a slash at its end.
    private mutating func list(_ folder: String, _ names: [String]) throws(PromptFileError) -> [String] {
        var folders: [String] = []
        for name in names where !name.hasPrefix(".") && name != "node_modules" {
            let path = folder + name
            let attributes = try? FileManager.default.attributesOfItem(atPath: "\(root)/\(path)")
            switch attributes?[.type] as? FileAttributeType {
            case .typeDirectory?: folders.append("\(path)/")
            case .typeSymbolicLink?: links.append(path)
            case .typeRegular?: try add(path)
            default: others += 1
            }
        }
        return folders
    }

    private func names(in folder: String) throws(PromptFileError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: "\(root)/\(folder)")
        } catch {
            let shown = folder.isEmpty ? root : folder
            throw .unreadable(path: shown, reason: "it may be no folder, or nobody may read it")
        }
    }

    private mutating func add(_ path: String) throws(PromptFileError) {
        guard files.count < PromptFolder.filesMax else { throw .tooManyFiles(limit: PromptFolder.filesMax) }
        files.append(path)
    }
}
