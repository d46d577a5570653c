import ArgumentParser
import PromptLibrary

/// A word that stands where a subcommand should, and is none.
enum UnknownCommand {
    /// What to say of the words of a command line; nil where each of them that should be a command is one.
    static func complaint(about words: [String]) -> String? {
        var command: any ParsableCommand.Type = Offbook.self
        var path = ["offbook"]
        for word in words {
            let subcommands = command.configuration.subcommands
            if subcommands.isEmpty || word.hasPrefix("-") || word == "help" { return nil }
            guard let next = subcommands.first(where: { $0.answers(to: word) }) else {
                return complaint(about: word, path, subcommands)
            }
            command = next
            path.append(next._commandName)
        }
        return nil
    }

    private static func complaint(
        about word: String, _ path: [String], _ subcommands: [any ParsableCommand.Type]
    ) -> String {
        let names = subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
        let list = path.count == 1 ? "" : "there is \(names.joined(separator: ", ")); "
        let known = "\(list)see: \(path.joined(separator: " ")) --help"
        let advice = Suggestion.question(word, among: names) ?? known
        return "there is no command “\((path.dropFirst() + [word]).joined(separator: " "))”; \(advice)\n"
            + "Usage: \(path.joined(separator: " ")) COMMAND …"
    }
}

extension ParsableCommand {
    static func answers(to word: String) -> Bool { _commandName == word || configuration.aliases.contains(word) }
}
