/// What a file in a folder is, by its name and its neighbours.
enum FolderItem: Equatable {
    case file(String, PromptDocumentFormat)
    /// A `system.md`, and the `user.md` beside it.
    case pattern(system: String, user: String?)
    case other(String)

    /// - Parameter paths: of files, relative to one folder, with slashes; in any order.
    /// - Returns: in the order of the paths' bytes; a `user.md` comes with its `system.md`.
    static func items(of paths: [String]) -> [FolderItem] {
        let sorted = paths.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let all = Set(paths)
        return sorted.compactMap { path in
            let file = FilePath(path)
            switch file.name {
            case "system.md":
                let user = file.neighbour("user.md")
                return .pattern(system: path, user: all.contains(user) ? user : nil)
            case "user.md" where all.contains(file.neighbour("system.md")): return nil
            default: return file.format.map { .file(path, $0) } ?? .other(path)
            }
        }
    }
}

/// A path relative to a folder, with slashes.
struct FilePath {
    let text: String

    init(_ text: String) { self.text = text }

    var name: String { part(after: text.utf8.lastIndex(of: slash)) }

    /// The name of the folder it is in; nil at the top.
    var folderName: String? {
        guard let end = text.utf8.lastIndex(of: slash) else { return nil }
        return FilePath(String(text[..<end])).name
    }

    /// The name without what follows its last dot.
    var stem: String {
        guard let dot = name.utf8.lastIndex(of: dot), dot > name.utf8.startIndex else { return name }
        return String(name[..<dot])
    }

    var format: PromptDocumentFormat? {
        guard let dot = name.utf8.lastIndex(of: dot) else { return nil }
        return switch String(Substring(name.utf8[dot...].dropFirst())).asciiLowercased {
        case "md", "markdown": .markdown
        case "prompty": .prompty
        case "json": .json
        case "yaml", "yml": .llmTemplate
        default: nil
        }
    }

    func neighbour(_ name: String) -> String {
        guard let end = text.utf8.lastIndex(of: slash) else { return name }
        return "\(text[...end])\(name)"
    }

    private func part(after index: String.Index?) -> String {
        index.map { String(Substring(text.utf8[$0...].dropFirst())) } ?? text
    }

    private var slash: UInt8 { UInt8(ascii: "/") }
    private var dot: UInt8 { UInt8(ascii: ".") }
}
