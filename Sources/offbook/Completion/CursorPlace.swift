import ArgumentParser

/// What the words before the cursor make of the word at it.
struct CursorPlace {
    enum Expectation {
        /// A subcommand of one of these.
        case command([any ParsableCommand.Type])
        /// The name of an option.
        case option
        /// A value; `lead` is what stands before it in its word, such as `--tag=`.
        case value(CommandShape.Argument, lead: String)
        case nothing
    }

    private(set) var expectation = Expectation.nothing
    private(set) var shape: CommandShape?
    /// The values on the line by their names in the help, such as `prompt`.
    private(set) var given: [String: [String]] = [:]
    private(set) var optionsGiven: [String] = []

    private var positionalsSeen = 0
    private var isAfterTerminator = false
    private var openOption: CommandShape.Argument?

    /// - Parameters:
    ///   - words: those before the cursor, the first of which names the program.
    ///   - current: what the word at the cursor is so far.
    init(root: any ParsableCommand.Type, words: [String], current: String) throws {
        var command = root
        var path: [String] = []
        var rest = words.dropFirst()
        if rest.first == "help" {
            rest.removeFirst()
            (command, path) = Self.descend(from: root, &rest)
            if rest.isEmpty { expectation = .command(Self.shown(command)) }
            return
        }
        (command, path) = Self.descend(from: root, &rest)
        let subcommands = Self.shown(command)
        // What stands here instead of a subcommand belongs to the one that may be left out.
        if !subcommands.isEmpty, let standard = command.configuration.defaultSubcommand { command = standard }
        if command.configuration.subcommands.isEmpty { shape = try CommandShape(of: command, path: path) }
        for word in rest { take(word) }
        expectation = expect(current)
        if rest.isEmpty, !subcommands.isEmpty, !current.hasPrefix("-") { expectation = .command(subcommands) }
    }

    private static func descend(
        from root: any ParsableCommand.Type, _ words: inout ArraySlice<String>
    ) -> (any ParsableCommand.Type, [String]) {
        var command = root
        var path: [String] = []
        while let word = words.first,
            let next = command.configuration.subcommands.first(where: { $0.answers(to: word) })
        {
            command = next
            path.append(next._commandName)
            words.removeFirst()
        }
        return (command, path)
    }

    private static func shown(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
        command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
    }

    private mutating func take(_ word: String) {
        if let option = openOption {
            openOption = nil
            return note(word, for: option)
        }
        if !isAfterTerminator, word == "--" {
            isAfterTerminator = true
        } else if !isAfterTerminator, word.hasPrefix("-"), word != "-" {
            takeOption(word)
        } else if let positional = positional {
            note(word, for: positional)
            positionalsSeen += 1
        }
    }

    private mutating func takeOption(_ word: String) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
        guard let option = shape?.arguments.first(where: { $0.isNamed(parts[0]) }) else { return }
        optionsGiven += option.names?.map(\.text) ?? []
        guard option.kind == .option else { return }
        if parts.count > 1 { note(parts[1], for: option) } else { openOption = option }
    }

    private mutating func note(_ value: String, for argument: CommandShape.Argument) {
        given[argument.valueName ?? "", default: []].append(value)
    }

    private var positional: CommandShape.Argument? {
        guard let positionals = shape?.positionals else { return nil }
        if positionalsSeen < positionals.count { return positionals[positionalsSeen] }
        return positionals.last.flatMap { $0.isRepeating ? $0 : nil }
    }

    private func expect(_ current: String) -> Expectation {
        if let openOption { return .value(openOption, lead: "") }
        if !isAfterTerminator, current.hasPrefix("-"), current != "-" || positional == nil {
            guard let equals = current.firstIndex(of: "="),
                let option = shape?.arguments.first(where: { $0.isNamed(String(current[..<equals])) })
            else { return .option }
            return .value(option, lead: String(current[...equals]))
        }
        if !isAfterTerminator, current == "-" { return .option }
        return positional.map { .value($0, lead: "") } ?? .nothing
    }
}
