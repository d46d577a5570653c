import ArgumentParser
import FoundationEssentials

/// What a command takes, as its own declaration says.
struct CommandShape: Decodable {
    struct Argument: Decodable {
        enum Kind: String, Decodable { case positional, option, flag }

        struct Name: Decodable {
            var kind: String
            var name: String

            var text: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        struct Completion: Decodable {
            struct Nothing: Decodable {}
            struct Values: Decodable { var values: [String] }

            var list: Values?
            var file: Nothing?
            var directory: Nothing?
        }

        var kind: Kind
        var shouldDisplay: Bool
        var isRepeating: Bool
        var names: [Name]?
        var valueName: String?
        var allValues: [String]?
        var completionKind: Completion?
        var abstract: String?

        func isNamed(_ name: String) -> Bool { names?.contains { $0.text == name } ?? false }
    }

    var arguments: [Argument] = []
    /// What leads to it, such as `group add`.
    var path: [String] = []

    var positionals: [Argument] { arguments.filter { $0.kind == .positional } }

    private enum CodingKeys: CodingKey { case arguments }

    init(from decoder: any Decoder) throws {
        arguments =
            try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent([Argument].self, forKey: .arguments) ?? []
    }

    private struct Dump: Decodable { var command: CommandShape }

    /// Reads what the parser itself says of a command without subcommands.
    init(of command: any ParsableCommand.Type, path: [String]) throws {
        self = try JSONDecoder().decode(Dump.self, from: Data(command._dumpHelp().utf8)).command
        self.path = path
    }
}
