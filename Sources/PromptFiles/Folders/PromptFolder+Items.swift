internal import PromptTemplates

extension PromptFolder {
    /// What a folder's own papers are called.
    private static let papers: Set<String> = [
        "readme", "license", "licence", "contributing", "changelog", "code_of_conduct", "security",
    ]

    /// Reads one item; what is wrong with it is listed.
    ///
    /// - Parameter rootName: the name of the folder itself.
    mutating func add(
        _ item: FolderItem, rootName: String, bytes: (String) throws(PromptFileError) -> [UInt8]
    ) {
        switch item {
        case .file(let path, let format):
            collect(path) { (folder) throws(PromptFileError) in try folder.addFile(path, format, try bytes(path)) }
        case .pattern(let system, let user):
            collect(system) { (folder) throws(PromptFileError) in
                let contents = (system: try bytes(system), user: try user.map(bytes))
                try folder.addPattern((system, user), contents, rootName: rootName)
            }
        case .other: others += 1
        }
    }

    private mutating func collect(
        _ path: String, _ read: (inout PromptFolder) throws(PromptFileError) -> Void
    ) {
        do throws(PromptFileError) {
            try read(&self)
        } catch {
            rejected.append(Rejected(path: path, line: error.line, reason: error.reason))
        }
    }

    private mutating func addFile(
        _ path: String, _ format: PromptDocumentFormat, _ bytes: [UInt8]
    ) throws(PromptFileError) {
        let file = FilePath(path)
        switch format {
        case .json: try addList(path, bytes)
        case .llmTemplate where !LLMTemplateFormat.isTemplate(bytes): others += 1
        case .markdown where file.folderName == nil && Self.isPaper(file, bytes): ignored.append(path)
        default:
            guard !bytes.withoutMark.allSatisfy(\.isASCIISpace) else { throw .empty }
            add(try PromptDocument.read(bytes, as: format), path, name: file.stem)
        }
    }

    private static func isPaper(_ file: FilePath, _ bytes: [UInt8]) -> Bool {
        papers.contains(file.stem.asciiLowercased) && !FrontMatter.isIn(bytes)
    }

    private mutating func addList(_ path: String, _ bytes: [UInt8]) throws(PromptFileError) {
        let list = try PromptFile.read(bytes, as: .json)
        rejected += list.rejected.map { Rejected(path: path, line: $0.line, reason: $0.reason) }
        for placed in list.documents { add(placed.document, path, name: FilePath(path).stem, line: placed.line) }
    }

    /// With front matter they are documents like any other.
    private mutating func addPattern(
        _ paths: (system: String, user: String?), _ contents: (system: [UInt8], user: [UInt8]?), rootName: String
    ) throws(PromptFileError) {
        guard !FrontMatter.isIn(contents.system) else {
            try addFile(paths.system, .markdown, contents.system)
            guard let path = paths.user, let user = contents.user else { return }
            return try addFile(path, .markdown, user)
        }
        guard !contents.system.withoutMark.allSatisfy(\.isASCIISpace) else { throw .empty }
        let document = try PromptDocument.pattern(system: contents.system, user: contents.user)
        add(document, paths.system, name: FilePath(paths.system).folderName ?? rootName)
    }

    private mutating func add(_ document: PromptDocument, _ path: String, name: String, line: Int = 1) {
        var document = document
        document.name = document.name ?? name
        documents.append(PlacedDocument(document, path: path, line: line))
    }
}

extension PromptDocument {
    fileprivate static func pattern(system: [UInt8], user: [UInt8]?) throws(PromptFileError) -> PromptDocument {
        do throws(ReadFault) {
            return try PatternFormat.read(system: system, user: user)
        } catch .file(let error) {
            throw error
        } catch {
            throw .malformedDocument(reason: error.reason)
        }
    }
}
