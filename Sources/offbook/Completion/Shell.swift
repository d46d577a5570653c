import ArgumentParser

/// A shell whose words Offbook completes.
enum Shell: String, CaseIterable, ExpressibleByArgument {
    case bash, zsh, fish
}

/// One word of a command line.
struct ShellWord: Equatable {
    /// What the shell would hand on.
    var value = ""
    /// The quotation mark that is still open at its end.
    var openQuote: Character?
}

/// Cuts a command line into words as a shell does, and runs nothing of what is in it: command
/// substitutions stay as they are written.
struct ShellLexer {
    let shell: Shell
    /// The value of a variable, nil for one that is not set.
    let variable: (String) -> String?

    private var words: [ShellWord] = []
    private var word: ShellWord?
    private var rest: Substring = ""

    init(_ shell: Shell, variable: @escaping (String) -> String? = { _ in nil }) {
        self.shell = shell
        self.variable = variable
    }

    /// The words of a line, the last of which is where the line ends: empty after a space.
    func words(of line: String) -> [ShellWord] {
        var lexer = self
        lexer.rest = Substring(line)
        while let character = lexer.rest.popFirst() { lexer.take(character) }
        return lexer.words + [lexer.word ?? ShellWord()]
    }

    private mutating func take(_ character: Character) {
        let quote = word?.openQuote
        switch character {
        case _ where quote == nil && " \t\n".contains(character):
            if let word { words.append(word) }
            word = nil
        case "'" where quote != "\"", "\"" where quote != "'":
            change { $0.openQuote = quote == nil ? character : nil }
        case "\\" where quote != "'" || shell == .fish: escape(in: quote)
        case "$" where quote != "'": substitute()
        case "~" where word == nil && (rest.isEmpty || rest.first == "/"): append(variable("HOME") ?? "~")
        default: append(String(character))
        }
    }

    private mutating func change(_ body: (inout ShellWord) -> Void) {
        var changed = word ?? ShellWord()
        body(&changed)
        word = changed
    }

    private mutating func append(_ text: String) { change { $0.value += text } }

    private mutating func escape(in quote: Character?) {
        guard let next = rest.first else { return change { _ in } }
        let isSpecial =
            switch quote {
            case "\"": "\"\\$`\n".contains(next)
            case "'": "'\\".contains(next)
            default: true
            }
        if isSpecial { rest.removeFirst() }
        append(isSpecial ? String(next) : "\\")
    }

    /// `$NAME` and `${NAME}`. One that is not set, and everything else after a dollar, stays.
    private mutating func substitute() {
        let isBraced = rest.first == "{"
        let name = rest.dropFirst(isBraced ? 1 : 0).prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        let end = rest[name.endIndex...]
        guard !name.isEmpty, !isBraced || end.first == "}", let value = variable(String(name)) else {
            return append("$")
        }
        rest = isBraced ? end.dropFirst() : end
        append(value)
    }
}

extension Shell {
    /// Text that bash reads as itself, behind what left this quotation mark open.
    static func bashQuoted(_ text: String, after quote: Character?) -> String {
        text.reduce(into: "") { $0 += bashQuoted($1, after: quote) }
    }

    private static func bashQuoted(_ character: Character, after quote: Character?) -> String {
        switch (quote, character) {
        case ("'", "'"): "'\\''"
        case ("'", _): String(character)
        // A backslash before it would stay, and without one the shell looks into its history.
        case ("\"", "!"): "\"'!'\""
        case ("\"", _): "\"\\$`".contains(character) ? "\\\(character)" : String(character)
        default: isPlain(character) ? String(character) : "\\\(character)"
        }
    }

    private static func isPlain(_ character: Character) -> Bool {
        !character.isASCII || character.isLetter || character.isNumber || "_-./@%+,:=^".contains(character)
    }
}
