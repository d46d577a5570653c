import Foundation
import Testing

/// What every command says of itself is compared with `Golden/help`, so that nobody changes it unawares.
@Suite("Help")
struct HelpTests {
    /// Set to write the files instead of comparing them.
    private static let isRecording = ProcessInfo.processInfo.environment["OFFBOOK_RECORD"] != nil

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(components: "Golden", "help")

    /// Every command, as `group add`; the empty one is `offbook` itself.
    private static let commands: [String] = {
        guard let dump = try? shell("offbook --experimental-dump-help").output, let json = try? JSON(parsing: dump)
        else { return [] }
        return [""] + paths(below: json["command"], [])
    }()

    private static func paths(below command: JSON, _ path: [String]) -> [String] {
        (command["subcommands"].array ?? []).flatMap { next -> [String] in
            guard let name = next["commandName"].string, name != "help", next["shouldDisplay"].bool != false else {
                return []
            }
            return [(path + [name]).joined(separator: " ")] + paths(below: next, path + [name])
        }
    }

    @Test("of every command is as recorded; set OFFBOOK_RECORD to write it anew", arguments: commands)
    func golden(command: String) throws {
        let help = try shell("offbook \(command) --help", environment: ["COLUMNS": "100"]).output
        let name = command.isEmpty ? "offbook" : command.replacing(" ", with: "-")
        let file = Self.folder.appending(component: "\(name).txt")
        if Self.isRecording {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            return try help.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try help == String(contentsOf: file, encoding: .utf8))
    }

    @Test("says what a command does, in a sentence, and shows an example", arguments: commands)
    func complete(command: String) throws {
        let help = try shell("offbook \(command) --help", environment: ["COLUMNS": "200"]).output
        let overview = try #require(help.split(separator: "\n").first)
        #expect(overview.hasPrefix("OVERVIEW: ") && overview.hasSuffix("."))
        let isLeaf = !help.contains("\nSUBCOMMANDS:") && !help.contains(" SUBCOMMANDS:")
        if isLeaf { #expect(help.contains(/(?m)^  +offbook \w/), "no example") }
        // Every option and argument says what it is.
        for line in help.split(separator: "\n") {
            guard let match = line.wholeMatch(of: #/  (?:(?:-\w, )?--[\w-]+(?: <[^>]+>)?|<[^>]+>)( *)(.*)/#) else {
                continue
            }
            #expect(!match.2.isEmpty || line.count > 20, "\(line)")
        }
    }

    @Test("of commands that are no longer there is not kept")
    func stale() throws {
        guard !Self.isRecording else { return }
        let wanted = Set(Self.commands.map { ($0.isEmpty ? "offbook" : $0.replacing(" ", with: "-")) + ".txt" })
        #expect(wanted.count > 30)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: Self.folder.path)) == wanted)
    }

    @Test("Every example is a command line that the parser takes")
    func examples() throws {
        let all = try Self.commands.flatMap { command in
            try shell("offbook \(command) --help").output.split(separator: "\n").map { String($0) }
                .filter { $0.contains(/^  +(?:\S.*\| )?offbook [a-z]/) && !$0.contains(/^  offbook [a-z-]+ {4,}/) }
        }
        #expect(all.count > 40)
        for example in all { try check(example) }
    }

    /// Runs an example where there is nothing, so that it goes no further than the parser lets it.
    private func check(_ example: String) throws {
        let command = example.replacing(/^.*?(offbook )/, with: { String($0.1) }).replacing(#/ *[|>#].*$/#, with: "")
        let runsForever = ["serve", "daemon run", "daemon logs"].contains { command.hasPrefix("offbook \($0)") }
        let scratch = try Scratch()
        let data = scratch.path + "/data"
        let result = try shell(
            "\(runsForever ? "timeout 1 " : "")\(command) < /dev/null",
            environment: ["OFFBOOK_DATA": data, "HOME": scratch.path, "XDG_CONFIG_HOME": ""], in: scratch.path)
        #expect(result.status != 2, "\(example)\n\(result.error)")
    }
}
