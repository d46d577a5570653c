internal import Changesets
package import ReplicaStore

/// What somebody may be about to name.
package enum Nameable: Sendable, Hashable {
    case prompt, deletedPrompt, archivedPrompt
    case group, project, category, tag, label, author, policy
    case promptInGroup(String)
    case tagOfPrompt(String)
    case labelOfPrompt(String)
    case versionOfPrompt(String)
    case divergedVersionOfPrompt(String)
    case metadataKeyOfPrompt(String)
    case variableOfPrompt(String)
}

extension Library {
    /// How many names a person can still look through.
    package static let namesMax = 500

    /// What could be named that begins with `start`, in order: at most about `namesMax`, and enough of
    /// them to tell what all of them begin with.
    package func names(of kind: Nameable, startingWith start: String) throws -> [NamedThing] {
        if case .variableOfPrompt(let prompt) = kind {
            let variables = try variables(RenderRequest(name: prompt))
            return Self.among(variables.map { NamedThing($0.name, $0.description) }, start)
        }
        return try replica.read { reading in
            switch kind {
            case .prompt: try reading.promptNames(start)
            case .archivedPrompt: try reading.promptNames(startingWith: start, archived: true, limit: Self.namesMax)
            case .deletedPrompt: try reading.deletedPromptNames(startingWith: start, limit: Self.namesMax)
            default: Self.among(try reading.allNames(of: kind), start)
            }
        }
    }

    private static func among(_ all: [NamedThing], _ start: String) -> [NamedThing] {
        // By bytes, as SQLite compares them.
        let found = all.filter { $0.name.utf8.starts(with: start.utf8) }
        guard found.count > namesMax, let last = found.last else { return found }
        return found.prefix(namesMax - 1) + [last]
    }
}

extension ReadTransaction {
    /// Those that lists show; where none fits, archived ones, and then those in letters of another case.
    fileprivate func promptNames(_ start: String) throws -> [NamedThing] {
        let limit = Library.namesMax
        for archived in [false, true] {
            let found = try promptNames(startingWith: start, archived: archived, limit: limit)
            if !found.isEmpty { return found }
        }
        return try promptNames(like: start, limit: limit)
    }

    fileprivate func allNames(of kind: Nameable) throws -> [NamedThing] {
        switch kind {
        case .group: return try groupNames()
        case .project: return try projectNames()
        case .category: return try categoryNames()
        case .tag: return try tagNames()
        case .label: return try labelNames()
        case .author: return try userNames()
        case .policy: return try policies().map { NamedThing($0.name, $0.kind) }
        case .promptInGroup(let group): return try entries(of: resolveGroup(group).id).map { NamedThing($0.promptName) }
        case .tagOfPrompt(let prompt): return try tags(of: resolvePrompt(prompt).id).map { NamedThing($0) }
        case .labelOfPrompt(let prompt): return try labelNames(ofPrompt: prompt)
        case .versionOfPrompt(let prompt):
            let graph = try graph(ofPrompt: prompt)
            return try versionNames(of: graph, graph.versions)
        case .divergedVersionOfPrompt(let prompt):
            let graph = try graph(ofPrompt: prompt)
            return try versionNames(of: graph, graph.visibleTips().dropFirst().reversed())
        case .metadataKeyOfPrompt(let prompt):
            return try metadata(of: resolvePrompt(prompt).id).sorted { $0.key < $1.key }.map {
                NamedThing($0.key, $0.value)
            }
        case .prompt, .deletedPrompt, .archivedPrompt, .variableOfPrompt: return []
        }
    }

    private func graph(ofPrompt name: String) throws -> BranchGraph {
        try BranchGraph(of: resolvePrompt(name).id, self)
    }

    private func labelNames(ofPrompt name: String) throws -> [NamedThing] {
        let prompt = try resolvePrompt(name)
        let graph = try BranchGraph(of: prompt.id, self)
        return try labels(of: prompt.id).sorted { $0.key < $1.key }
            .map { NamedThing($0.key, graph[$0.value].map(graph.name) ?? "") }
    }

    /// Newest first.
    private func versionNames(of graph: BranchGraph, _ versions: [VersionRecord]) throws -> [NamedThing] {
        guard let prompt = versions.first?.prompt else { return [] }
        let labels = Dictionary(grouping: try labels(of: prompt), by: \.value).mapValues { $0.map(\.key).sorted() }
        return versions.reversed().map { version in
            let notes = (labels[version.id] ?? []) + [version.message]
            return NamedThing(graph.name(of: version), notes.filter { !$0.isEmpty }.joined(separator: "  "))
        }
    }
}

extension Workspaces {
    /// The workspaces that are here, by name; those that have none yet by their id.
    package func workspaceNames() -> [NamedThing] {
        directory.workspaces().map { id in
            guard let name = try? name(id), !name.isEmpty else { return NamedThing(id.hex) }
            return NamedThing(name, id.hex)
        }
    }
}
