internal import Changesets
package import PromptFiles
package import ReplicaStore

/// What an export to a folder did.
package struct FolderExportReport: Encodable, Sendable, Equatable {
    package var written = 0
    package var unchanged = 0
    package var removed = 0
    /// Prompts of which only the head was written, though they have diverged.
    package var diverged = 0
    /// Prompts that no file can hold, and why.
    package var left: [String] = []

    package init(written: Int = 0, unchanged: Int = 0, removed: Int = 0) {
        (self.written, self.unchanged, self.removed) = (written, unchanged, removed)
    }
}

extension Library {
    /// Writes each prompt into a file of its own, so that a team can read and change them there.
    ///
    /// A file stays where somebody has moved it within the folder. What was edited by hand and not
    /// imported is never overwritten.
    ///
    /// - Parameters:
    ///   - format: the folder's own where nil; Markdown in a new one.
    ///   - isForced: whether files edited by hand may be overwritten.
    /// - Throws: `conflict` for files edited by hand, or that are none of ours; `invalid` for a folder of
    ///   another format.
    @discardableResult
    package func exportFolder(
        _ path: String, as format: PromptDocumentFormat? = nil, _ filter: PromptFilter = PromptFilter(),
        isForced: Bool = false
    ) throws -> FolderExportReport {
        let files = try FolderFiles(path)
        let register = try FolderRegister(in: path)
        if let register, let format, format != register.format {
            throw LibraryError(
                .invalid, "\(path) holds \(register.format.rawValue) files; export \(format.rawValue) to another folder"
            )
        }
        let plan = try replica.read { reading in
            try FolderExport(
                PromptFolder.read(path), register ?? FolderRegister(format: format ?? .markdown), filter, reading)
        }
        if !isForced { try plan.refuseLoss(files) }
        try files.removeDrafts()
        return try plan.perform(files)
    }

    /// Writes into the files of an exported folder which version each now has the text of, so that
    /// the next edit of it is known to be one of that version.
    ///
    /// - Returns: how many files that changed.
    package func note(
        _ origins: [String: PromptDocument.Origin], in folder: PromptFolder, at path: String, _ register: FolderRegister
    ) throws -> Int {
        let files = try FolderFiles(path)
        var register = register
        var count = 0
        // A file of several prompts is nobody's export, and stays as it is.
        let filesOfOne = Dictionary(grouping: folder.documents) { $0.path ?? "" }.filter { $1.count == 1 }
        for (path, origin) in origins {
            register.note(origin)
            guard var document = filesOfOne[path]?.first?.document,
                let format = PromptDocumentFormat.writable(path), document.origin != origin
            else { continue }
            document.origin = origin
            if try files.write(document.written(as: format), to: path) { count += 1 }
        }
        let gone = try replica.read { reading in
            try register.prompts.keys.filter { try RowID(hex: $0).flatMap { try reading.prompt($0) } == nil }
        }
        for prompt in gone { register.remove(prompt) }
        try files.write(register.bytes, to: FolderRegister.fileName)
        return count
    }

    /// Every prompt as a line of JSON, for another program.
    package func exportLines(_ filter: PromptFilter = PromptFilter(), _ write: ([UInt8]) throws -> Void) throws -> Int {
        try replica.read { reading in
            let documents = try reading.documents(filter).documents
            for document in documents { try write(document.writtenAsLine()) }
            return documents.count
        }
    }
}

extension PromptDocumentFormat {
    static func writable(_ path: String) -> PromptDocumentFormat? {
        allCases.first { $0.isWritable && path.hasSuffix(".\($0.fileExtension)") }
    }
}

extension ReadTransaction {
    /// - Returns: also what no file can hold, and how many have diverged.
    func documents(_ filter: PromptFilter) throws -> (documents: [PromptDocument], left: [String], diverged: Int) {
        var result: (documents: [PromptDocument], left: [String], diverged: Int) = ([], [], 0)
        for summary in try promptSummaries(filter, user: currentUser(), limit: -1, offset: 0) {
            let graph = try BranchGraph(of: summary.prompt.id, self)
            do {
                guard let document = try document(of: summary.prompt, graph) else { continue }
                result.documents.append(document)
                if graph.visibleTips().count > 1 { result.diverged += 1 }
            } catch let error as LibraryError {
                result.left.append(error.message)
            }
        }
        return result
    }
}
