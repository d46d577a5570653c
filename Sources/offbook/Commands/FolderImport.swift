import PromptFiles
import PromptLibrary

/// A folder of files of one prompt each.
struct FolderImport {
    let command: Import
    let path: String

    func run() throws -> Bool {
        let register = try FolderRegister(in: path)
        if command.prune, register == nil {
            throw CommandError(.usage, "--prune is for folders that offbook export wrote, and \(path) is none")
        }
        let folder = try PromptFolder.read(path)
        guard register != nil || !folder.documents.isEmpty || !folder.rejected.isEmpty else {
            throw CommandError(.failure, "\(path) is a directory without any prompt: see offbook import --help")
        }
        command.say("\(path): a folder with \(Count.of(folder.documents.count + folder.rejected.count, "prompt"))")
        for link in folder.links { Console.error("\(path)/\(link): a symbolic link; not followed") }
        var request = ImportRequest(folder)
        request.register = register
        request.prunes = command.prune
        request.isDryRun = command.dryRun
        let (report, origins) = try command.importing(request)
        try command.show(report, path)
        if let register, !command.dryRun { try note(origins, folder, register) }
        return report.rejected.isEmpty
    }

    /// The prompts are in the library by now: a folder that can't be written is told, and no failure of that.
    private func note(
        _ origins: [String: PromptDocument.Origin], _ folder: PromptFolder, _ register: FolderRegister
    ) throws {
        do {
            let library = try command.options.library()
            let count = try Machine.forOthers { try library.note(origins, in: folder, at: path, register) }
            if count > 0 { command.say("Noted the new versions in \(Count.of(count, "file")).") }
        } catch let error as LibraryError {
            Console.error("offbook: the new versions could not be noted in the files: \(error)")
        }
    }
}
