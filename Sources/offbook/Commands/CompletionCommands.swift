import ArgumentParser
import ReplicaStore

struct Completions: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "completions", abstract: "Print a script by which a shell completes commands and names.",
        discussion: """
            Commands, options, and what is in the library: prompts, groups, tags, versions, labels.

              source <(offbook completions bash)                                  # in ~/.bashrc
              source <(offbook completions zsh)                                   # in ~/.zshrc, after compinit
              offbook completions fish > ~/.config/fish/completions/offbook.fish  # once
            """)

    @Argument(help: "bash, zsh or fish.") var shell: Shell

    func run() { Console.write(Array(shell.completionScript.utf8)) }
}

/// What those scripts ask at every Tab.
struct CompleteLine: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "__complete", abstract: "Answer a completion script.", shouldDisplay: false)

    @Argument(help: "The shell.") var shell: Shell
    @Argument(help: "The command line as far as the cursor.") var line: String
    @Argument(help: "The part of it that the shell will replace.") var text: String
    @Argument(help: "Variables that the line names, and their values.") var variables: [String] = []

    func run() throws {
        // A Tab is no place to complain.
        guard let lines = try? CompletionReply(shell, line, text, variables).lines() else { return }
        Console.write(Array(lines.map { $0 + "\n" }.joined().utf8))
    }
}
