internal import Changesets
internal import PromptFiles
internal import ReplicaStore

/// What an export is going to do to a folder, worked out before anything is written.
struct FolderExport {
    private struct Writing {
        var path: String
        /// Where it was until now, if elsewhere.
        var oldPath: String?
        var bytes: [UInt8]
    }

    private var writings: [Writing] = []
    private var removals: [String] = []
    /// Files edited by hand and not imported, that this would overwrite or remove.
    private var edited: [String] = []
    private var register: FolderRegister
    private var report = FolderExportReport()
    /// Where each prompt's file is now.
    private let places: [String: PlacedDocument]

    init(_ folder: PromptFolder, _ register: FolderRegister, _ filter: PromptFilter, _ reading: ReadTransaction) throws
    {
        self.register = register
        places = Dictionary(
            folder.documents.compactMap { placed in placed.document.origin.map { ($0.promptID, placed) } },
            uniquingKeysWith: { first, _ in first })
        let found = try reading.documents(filter)
        (report.left, report.diverged) = (found.left, found.diverged)
        let ids = found.documents.compactMap { $0.origin?.promptID }
        let names = PromptFileName.names(for: zip(ids, found.documents).map { ($0, $1.name ?? "") })
        for ((id, document), name) in zip(zip(ids, found.documents), names) {
            try plan(document, id, name, reading)
        }
        try planRemovals(keeping: Set(ids), reading)
    }

    private mutating func plan(
        _ document: PromptDocument, _ id: String, _ name: String, _ reading: ReadTransaction
    ) throws {
        if let origin = document.origin { register.note(origin) }
        let old = places[id]
        let path = kept(old, document) ?? free(name, beside: old?.path, id)
        let moved = old?.path.flatMap { $0 == path ? nil : $0 }
        writings.append(Writing(path: path, oldPath: moved, bytes: try document.written(as: register.format)))
        if let old, try reading.isEdited(old.document) { edited.append(old.path ?? path) }
    }

    /// Where the file is: what somebody called it stands until the prompt is renamed.
    private func kept(_ old: PlacedDocument?, _ document: PromptDocument) -> String? {
        guard let old, old.document.name == document.name, let path = old.path,
            path.hasSuffix(".\(register.format.fileExtension)")
        else { return nil }
        return path
    }

    private func free(_ name: String, beside old: String?, _ id: String) -> String {
        let folder = old.flatMap { path in path.lastIndex(of: "/").map { String(path[...$0]) } } ?? ""
        let path = "\(folder)\(name).\(register.format.fileExtension)"
        let isTaken = places.contains { $0.key != id && $0.value.path?.lowercased() == path.lowercased() }
        return isTaken ? "\(folder)\(name)-\(id.suffix(8)).\(register.format.fileExtension)" : path
    }

    /// Files of prompts that are in the trash or archived now. Those that the library does not know of
    /// come from somebody who has not been heard of yet, and stay.
    private mutating func planRemovals(keeping ids: Set<String>, _ reading: ReadTransaction) throws {
        for id in Set(register.prompts.keys).subtracting(ids).sorted() {
            guard let row = RowID(hex: id), try reading.isGone(row) else { continue }
            register.remove(id)
            guard let old = places[id], let path = old.path else { continue }
            removals.append(path)
            if try reading.isEdited(old.document) { edited.append(path) }
        }
    }

    /// - Throws: `conflict`, with the files whose content would be lost.
    func refuseLoss(_ files: FolderFiles) throws {
        let own = Set(places.values.compactMap(\.path))
        let foreign = writings.map(\.path).filter { !own.contains($0) && files.exists($0) }
        try Self.refuse(foreign, "hold something else; move them, or import them first")
        try Self.refuse(edited.sorted(), "were edited since they were exported; take the edits in with offbook import")
    }

    private static func refuse(_ paths: [String], _ why: String) throws {
        guard !paths.isEmpty else { return }
        let shown = paths.prefix(10).joined(separator: "\n  ")
        let more = paths.count > 10 ? "\n  and \(paths.count - 10) more" : ""
        throw LibraryError(
            .conflict, "these files \(why), or use --force to lose what is in them:\n  \(shown)\(more)")
    }

    func perform(_ files: FolderFiles) throws -> FolderExportReport {
        var report = report
        for writing in writings {
            if try files.write(writing.bytes, to: writing.path) { report.written += 1 } else { report.unchanged += 1 }
        }
        // Old places go when everything is at its new one: two files may have changed names.
        let written = Set(writings.map(\.path))
        for path in writings.compactMap(\.oldPath) + removals where !written.contains(path) {
            try files.remove(path)
            report.removed += 1
        }
        try files.write(register.bytes, to: FolderRegister.fileName)
        return report
    }
}

extension ReadTransaction {
    /// In the trash, or archived.
    fileprivate func isGone(_ id: RowID) throws -> Bool {
        if let prompt = try prompt(id) { return prompt.archivedAt != nil }
        return try deletedPrompt(id) != nil
    }

    /// Whether the file is not what was exported from the version that it names.
    fileprivate func isEdited(_ document: PromptDocument) throws -> Bool {
        guard document.editedFields.isEmpty, document.removedFields.isEmpty,
            let version = document.origin.flatMap({ RowID(hex: $0.versionID) })
        else { return true }
        return try canonicalContent(of: version) != document.content.stored()
    }
}
