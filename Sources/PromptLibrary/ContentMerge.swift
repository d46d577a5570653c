internal import PromptTemplates
internal import ReplicaStore
package import TextMerge

/// Three contents joined: the texts by line and word, the settings and variables by name.
///
/// What it gives does not depend on which side is called ours, so that a clean merge is one version
/// on whichever node it is made.
package struct ContentMerge: Sendable {
    package var text: MergedText
    var settings: MergedMap<TemplateValue>
    var variables: MergedMap<TemplateVariable>
    private let type: VersionType
    private let order: [String]

    init(base: PromptContent, ours: PromptContent, theirs: PromptContent) {
        text = mergeTexts(base: base.body, ours: ours.body, theirs: theirs.body)
        settings = mergeMaps(
            base: base.settings, ours: ours.settings, theirs: theirs.settings, same: Self.isSameValue)
        variables = mergeMaps(base: Self.map(base), ours: Self.map(ours), theirs: Self.map(theirs))
        // Two types: where the sides differ, one of them has changed it.
        type = ours.type == base.type ? theirs.type : ours.type
        order = base.variables.map(\.name)
    }

    private static func map(_ content: PromptContent) -> [String: TemplateVariable] {
        Dictionary(content.variables.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private static func isSameValue(_ a: TemplateValue, _ b: TemplateValue) -> Bool {
        guard let a = try? a.json(), let b = try? b.json() else { return false }
        return a.utf8.elementsEqual(b.utf8)
    }

    /// Whether nothing is left for a person to decide.
    package var isClean: Bool { text.isClean && conflictingNames.isEmpty }

    /// The settings and variables that the sides changed in different ways.
    package var conflictingNames: [String] {
        settings.conflicts.keys.sorted() + variables.conflicts.keys.sorted()
    }

    /// The result; nil where there is a conflict.
    var content: PromptContent? { isClean ? text.text.map { around($0) } : nil }

    /// The merged settings and variables around a text of somebody's own. A name in conflict is not
    /// among them.
    func around(_ body: String) -> PromptContent {
        let base = order.compactMap { variables.values[$0] }
        let added = variables.values.filter { !order.contains($0.key) }.map(\.value).sorted { $0.name < $1.name }
        return PromptContent(body: body, type: type, settings: settings.values, variables: base + added)
    }

    /// One side as it would be if what fits together were merged already: only what is in conflict
    /// is this side's own.
    private func side(
        _ body: String, _ pick: KeyPath<MergedMap<TemplateValue>.Conflict, TemplateValue?>,
        _ pickVariable: KeyPath<MergedMap<TemplateVariable>.Conflict, TemplateVariable?>
    ) -> PromptContent {
        var side = around(body)
        for (key, conflict) in settings.conflicts { side.settings[key] = conflict[keyPath: pick] }
        for key in variables.conflicts.keys.sorted() {
            if let own = variables.conflicts[key]?[keyPath: pickVariable] { side.variables.append(own) }
        }
        return side
    }

    /// Each side's settings with those in conflict, for somebody to choose from.
    package var sides: (base: PromptContent, ours: PromptContent, theirs: PromptContent) {
        (side("", \.base, \.base), side("", \.ours, \.ours), side("", \.theirs, \.theirs))
    }
}
