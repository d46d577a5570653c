internal import PromptTemplates
internal import ReplicaStore
internal import TextMerge

/// The differences of two versions as `diff -u` prints them: of the settings, then of the text.
struct ContentDiff {
    var old: VersionContent
    var new: VersionContent
    /// What the two are called.
    var labels: [String]

    var text: String {
        unifiedDiff(
            old: Self.particulars(old), new: Self.particulars(new), oldLabel: "\(labels[0]) settings",
            newLabel: "\(labels[1]) settings")
            + unifiedDiff(old: old.text, new: new.text, oldLabel: labels[0], newLabel: labels[1])
    }

    /// What is beside the text, a line each: its type unless it is plain text, settings, variables.
    ///
    /// What cannot be read is compared as it is stored.
    private static func particulars(_ content: VersionContent) -> String {
        guard let readable = try? PromptContent(content) else {
            return "\(content.type.rawValue)\n\(content.settings)\n\(content.variables)\n"
        }
        let type = content.type == .text ? [] : ["type: \(content.type.rawValue)"]
        return (type + lines(readable.settings) + readable.variables.map { "variable \($0.name): \(line($0))" })
            .map { "\($0)\n" }.joined()
    }

    private static func lines(_ settings: [String: TemplateValue]) -> [String] {
        settings.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { "\($0.key): \((try? $0.value.json()) ?? "?")" }
    }

    private static func line(_ variable: TemplateVariable) -> String {
        let facts = [
            variable.type.rawValue, variable.isRequired ? "required" : "optional",
            variable.defaultValue.map { "default “\($0)”" },
            variable.choices.isEmpty ? nil : "one of \(variable.choices.joined(separator: ", "))",
            variable.description.isEmpty ? nil : "— \(variable.description)",
        ]
        return facts.compactMap { $0 }.joined(separator: ", ")
    }
}
