import ArgumentParser
import PromptLibrary
import ReplicaStore

/// What a shell may put in the place of the word at the cursor.
struct CompletionAnswer {
    enum Way: String {
        /// One of `words`.
        case words
        /// One of `words`, and the word goes on behind it.
        case open
        case files
        case directories
    }

    var way = Way.words
    /// Whole words, unquoted.
    var words: [NamedThing] = []
    /// What precedes a path in its word, such as `--data=`.
    var lead = ""
}

/// Completes the last word of a command line. Nothing it does changes anything or waits for anybody.
struct Completer {
    let place: CursorPlace
    let current: String

    init(words: [String], current: String) throws {
        place = try CursorPlace(root: Offbook.self, words: words, current: current)
        self.current = current
    }

    func answer() throws -> CompletionAnswer {
        switch place.expectation {
        case .nothing: return CompletionAnswer()
        case .command(let commands): return CompletionAnswer(words: names(of: commands))
        case .option: return CompletionAnswer(words: options())
        case .value(let argument, let lead): return try values(of: argument, lead)
        }
    }

    private func names(of commands: [any ParsableCommand.Type]) -> [NamedThing] {
        commands.map { NamedThing($0._commandName, $0.configuration.abstract) }.filter { $0.name.hasPrefix(current) }
    }

    private func options() -> [NamedThing] {
        let open = (place.shape?.arguments ?? []).filter { option in
            option.shouldDisplay
                && (option.isRepeating || !place.optionsGiven.contains { option.isNamed($0) })
        }
        let named = open.flatMap { option in
            (option.names ?? []).map { NamedThing($0.text, option.abstract ?? "") }
        }
        var seen: Set<String> = []
        // Every option has a long name, which says what it does.
        return named.filter { $0.name.hasPrefix("--") && $0.name.hasPrefix(current) && seen.insert($0.name).inserted }
    }

    private func values(of argument: CommandShape.Argument, _ lead: String) throws -> CompletionAnswer {
        let start = String(current.dropFirst(lead.count))
        if argument.completionKind?.file != nil { return CompletionAnswer(way: .files, lead: lead) }
        if argument.completionKind?.directory != nil { return CompletionAnswer(way: .directories, lead: lead) }
        if let values = argument.completionKind?.list?.values ?? argument.allValues {
            return CompletionAnswer(words: values.filter { $0.hasPrefix(start) }.map { NamedThing(lead + $0) })
        }
        let found = try stored(argument.valueName ?? "", startingWith: start)
        let end = argument.valueName == "name=value" ? "=" : ""
        return CompletionAnswer(
            way: end.isEmpty ? .words : .open, words: found.map { NamedThing(lead + $0.name + end, $0.note) })
    }

    /// Names out of the library that the line is about.
    private func stored(_ valueName: String, startingWith start: String) throws -> [NamedThing] {
        let directory = DataOptions.directory(place.given["dir"]?.last)
        let workspaces = Workspaces(glancingAt: directory)
        if valueName == "workspace" {
            return workspaces.workspaceNames().filter { $0.name.hasPrefix(start) }
        }
        guard let kind = nameable(valueName) else { return [] }
        let selector = place.given["workspace"]?.last ?? DataOptions.nonEmpty("OFFBOOK_WORKSPACE")
        return try workspaces.open(selector).names(of: kind, startingWith: start)
    }

    /// What the help's names of values stand for.
    private func nameable(_ valueName: String) -> Nameable? {
        let prompt = place.given["prompt"]?.last
        let command = place.shape?.path.joined(separator: " ") ?? ""
        switch valueName {
        case "prompt":
            switch command {
            case "unarchive": return .archivedPrompt
            case "group remove", "group move": return place.given["group"]?.last.map { .promptInGroup($0) }
            default: return .prompt
            }
        case "deleted-prompt": return .deletedPrompt
        case "group": return .group
        case "project": return .project
        case "category": return .category
        case "author": return .author
        case "policy": return .policy
        case "tag", "tags": return command == "untag" ? prompt.map { .tagOfPrompt($0) } : .tag
        case "label": return command == "label" ? .label : prompt.map { .labelOfPrompt($0) } ?? .label
        case "version", "old-version", "new-version": return prompt.map { .versionOfPrompt($0) }
        case "diverged-version": return prompt.map { .divergedVersionOfPrompt($0) }
        case "key": return prompt.map { .metadataKeyOfPrompt($0) }
        case "name=value": return prompt.map { .variableOfPrompt($0) }
        default: return nil
        }
    }
}
