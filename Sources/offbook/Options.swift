import ArgumentParser
import FoundationEssentials
import Glibc
import PromptLibrary
import ReplicaStore

/// What every command that touches data takes.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The data directory.", valueName: "dir"), completion: .directory)
    var data: String?

    var directory: DataDirectory { Self.directory(data) }

    static func directory(_ path: String?) -> DataDirectory {
        DataDirectory(path: path ?? nonEmpty("OFFBOOK_DATA") ?? standardPath)
    }

    /// By the XDG Base Directory Specification.
    private static var standardPath: String {
        let home = nonEmpty("HOME") ?? "."
        return (nonEmpty("XDG_DATA_HOME") ?? "\(home)/.local/share") + "/offbook"
    }

    static func nonEmpty(_ variable: String) -> String? {
        Console.variable(variable).flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// What every command on a library takes.
struct LibraryOptions: ParsableArguments {
    @OptionGroup var data: DataOptions

    @Option(name: .long, help: ArgumentHelp("The workspace, by name or id.", valueName: "workspace"))
    var workspace: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    var selector: String? { workspace ?? DataOptions.nonEmpty("OFFBOOK_WORKSPACE") }

    func workspaces(node: String? = nil) -> Workspaces {
        Workspaces(data.directory, nodeName: node ?? Machine.hostName, userName: Machine.userName)
    }

    func library() throws -> Library { try workspaces().open(selector) }
}

/// What every command that prints a list takes.
struct PageOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("At most so many items.", valueName: "n"))
    var limit: Int?

    @Option(name: .long, help: ArgumentHelp("Go on where “next” of the last page says.", valueName: "cursor"))
    var cursor: String?

    func validate() throws {
        if let limit, limit < 1 { throw ValidationError("--limit takes a number of at least 1.") }
    }

    var request: PageRequest { PageRequest(limit: limit, cursor: cursor) }
}

enum Machine {
    /// What new files of this user are for others, by the shell's own setting.
    nonisolated(unsafe) static var userMask: mode_t = 0o077

    /// Makes files for everybody whom the user lets read, such as those of a repository.
    static func forOthers<T>(_ body: () throws -> T) rethrows -> T {
        let own = umask(userMask)
        defer { umask(own) }
        return try body()
    }

    static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "node" }
        let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.isEmpty ? "node" : name
    }

    /// Where this Offbook is.
    static var binary: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "/usr/local/bin/offbook"
    }

    static func isFolder(_ path: String) -> Bool {
        var isFolder: Bool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder
    }

    /// A file's name without its extension.
    static func stem(_ path: String) -> String { URL(filePath: path).deletingPathExtension().lastPathComponent }

    static var userName: String {
        DataOptions.nonEmpty("USER") ?? DataOptions.nonEmpty("LOGNAME")
            ?? getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "me"
    }
}

/// Reads a file, or standard input for `-`, within bounds.
enum InputFile {
    static func bytes(_ path: String, atMost most: Int) throws -> [UInt8] {
        let file = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw CommandError(.failure, "\(path) can't be read: \(reason)") }
        defer { if path != "-" { close(file) } }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw CommandError(.failure, "\(path) can't be read: \(reason)") }
            if count == 0 { return bytes }
            guard bytes.count + count <= most else {
                throw CommandError(.failure, "\(path) has more than the \(most) bytes that are allowed")
            }
            bytes += chunk.prefix(count)
        }
    }

    /// A prompt's text. It is kept byte for byte, so it must be valid UTF-8.
    static func text(_ path: String) throws -> String {
        let bytes = try bytes(path, atMost: LibraryLimits.bodyBytesMax)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError(.failure, "\(path) is not valid UTF-8; convert it first, for example with iconv")
        }
        return text
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
