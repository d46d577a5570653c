import Changesets
import FoundationEssentials
import Glibc
import PromptLibrary
import ReplicaStore

/// Texts in editors, `edits/<name>-<id>-<process>-<random>.md` in the data directory. One stays there
/// when its process ended before the text was saved.
struct KeptTexts {
    private let folder: String
    /// How names of texts with settings above them end.
    private static let wholeEnd = ".settings.md"

    init(_ directory: DataDirectory) { folder = "\(directory.path)/edits" }

    /// Puts a text there, for its owner's eyes only.
    ///
    /// - Returns: the path.
    func keep(_ text: String, of prompt: PromptRecord, isWhole: Bool) throws -> String {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandError(.failure, "\(folder) can't be made; check the permissions around it")
        }
        let safe = String(prompt.name.map { $0.isLetter || $0.isNumber ? $0 : "-" }.prefix(60))
        let number = UInt32.random(in: .min ... .max)
        let path = "\(folder)/\(safe)-\(shortID(prompt.id))-\(getpid())-\(number)\(isWhole ? Self.wholeEnd : ".md")"
        let file = try OutputFile(path)
        try file.write(Array(text.utf8))
        try file.finish()
        return path
    }

    /// Says which texts of a prompt were never saved; those that were saved all the same go.
    func mention(_ prompt: PromptRecord, in library: Library) throws {
        for path in abandoned(prompt) {
            let isWhole = path.hasSuffix(Self.wholeEnd)
            if let text = try? InputFile.text(path),
                try library.hasText(isWhole ? EditText.body(of: text) : text, of: prompt)
            {
                unlink(path)
                continue
            }
            Console.error("A text of “\(TextWidth.printable(prompt.name))” was never saved: \(path)")
            let whole = isWhole ? " --with-settings" : ""
            Console.error("To save it: offbook edit \(shortID(prompt.id))\(whole) --body-file '\(path)'")
        }
    }

    /// Removes the texts of prompts that were purged, here or elsewhere.
    func removePurged(in library: Library) throws {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard !files.isEmpty else { return }
        let purged = Set(try library.purgedPrompts().map(shortID))
        for file in files
        where file.hasSuffix(".md")
            && file.split(separator: "-").suffix(3).first.map({ purged.contains(String($0)) }) == true
        {
            unlink("\(folder)/\(file)")
        }
    }

    private func abandoned(_ prompt: PromptRecord) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.sorted().filter { file in
            let parts = file.split(separator: "-").suffix(3)
            guard let id = parts.first, id == shortID(prompt.id), let process = parts.dropFirst().first,
                let pid = pid_t(process), file.hasSuffix(".md")
            else { return false }
            return !isRunning(pid)
        }.map { "\(folder)/\($0)" }
    }

    /// One of another user's counts too.
    private func isRunning(_ pid: pid_t) -> Bool { pid > 0 && (kill(pid, 0) == 0 || errno == EPERM) }
}
