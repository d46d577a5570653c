import Glibc
import ReplicaStore
import Subprocess
import SystemPackage

/// A text in somebody's editor. The file it is in stays if anything goes wrong afterwards.
struct Editor {
    private let file: String

    /// Opens the user's editor on the text and waits for it to close.
    ///
    /// - Parameter isWhole: whether settings stand above the text.
    /// - Returns: the text as it was saved.
    static func edit(
        _ text: String, of prompt: PromptRecord, isWhole: Bool, in directory: DataDirectory
    ) async throws -> (text: String, editor: Editor) {
        let command = try command()
        let file = try KeptTexts(directory).keep(text, of: prompt, isWhole: isWhole)
        let editor = Editor(file: file)
        // Ctrl-C in the editor is the editor's, as with system(3).
        let handlers = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in handlers { signal(number, handler) } }
        let result = try await Subprocess.run(
            .path("/bin/sh"), arguments: ["-c", "exec \(command) \"$1\"", "sh", file],
            input: .fileDescriptor(.standardInput, closeAfterSpawningProcess: false),
            output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
            error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
        guard result.terminationStatus.isSuccess else {
            throw CommandError(.failure, "the editor (\(command)) failed; your text is in \(file)")
        }
        do {
            return (try InputFile.text(file), editor)
        } catch {
            throw CommandError(.failure, "\(error); your text is in \(file)")
        }
    }

    /// Runs `save`; the file goes only when that went well.
    func keepingText<T>(_ save: () throws -> T) throws -> T {
        do {
            let result = try save()
            unlink(file)
            return result
        } catch {
            Console.error("offbook: your text is in \(file)")
            throw error
        }
    }

    private static func command() throws -> String {
        if let editor = DataOptions.nonEmpty("VISUAL") ?? DataOptions.nonEmpty("EDITOR") { return editor }
        let known = ["nano", "vim", "vi"]
        guard Console.isInputTerminal, let editor = known.first(where: Program.isInstalled) else {
            throw CommandError(
                .failure, "no editor is set: set EDITOR, or give the text with --body or --body-file")
        }
        Console.error("EDITOR is not set; opening \(editor)")
        return editor
    }
}
