import PromptLibrary
import ReplicaStore

/// The answer in the shell's own words: a line that says the way, one of what precedes a path, and a
/// line for each word, with a tab before what is to be said of it.
struct CompletionReply {
    private let shell: Shell
    private let lexer: ShellLexer
    private let words: [ShellWord]
    private let line: String
    private let text: String

    init(_ shell: Shell, _ line: String, _ text: String, _ variables: [String]) {
        self.shell = shell
        self.line = line
        self.text = text
        let named = variables.map { $0.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) }
        let values = Dictionary(
            named.compactMap { $0.count == 2 ? (String($0[0]), String($0[1])) : nil }, uniquingKeysWith: { $1 })
        lexer = ShellLexer(shell) { values[$0] ?? Console.variable($0) }
        words = lexer.words(of: line)
    }

    func lines() throws -> [String] {
        guard let current = words.last else { return [] }
        let answer = try Completer(words: words.dropLast().map(\.value), current: current.value).answer()
        let words = answer.words.filter { Self.isTypable($0.name) }
        return [answer.way.rawValue, answer.lead] + (shell == .bash ? remainders(of: words) : words.map(Self.described))
    }

    /// What drives a terminal, or turns the order of what is on it, is not offered.
    private static func isTypable(_ name: String) -> Bool {
        !name.isEmpty && TextWidth.printable(name) == name
    }

    private static let noteWidthMax = 60

    private static func described(_ thing: NamedThing) -> String {
        let note = TextWidth.fit(TextWidth.printable(thing.note), noteWidthMax)
        return note.isEmpty ? thing.name : "\(thing.name)\t\(note)"
    }

    /// Bash replaces only what follows the last `:` or `=`, or an open quotation mark: `text`. What
    /// stands before it has to fit, and stays as it was typed.
    private func remainders(of candidates: [NamedThing]) -> [String] {
        guard line.hasSuffix(text), let kept = lexer.words(of: String(line.dropLast(text.count))).last else {
            return []
        }
        // Right after a space what is kept belongs to the word before.
        return candidates.compactMap { candidate in
            guard candidate.name.utf8.starts(with: kept.value.utf8) else { return nil }
            let rest = String(decoding: candidate.name.utf8.dropFirst(kept.value.utf8.count), as: UTF8.self)
            return Shell.bashQuoted(rest, after: kept.openQuote)
        }
    }
}
