internal import Changesets
package import ReplicaStore

/// A prompt as it stands, with the text of its head: what a face shows of one, whole.
package struct PromptState: Sendable {
    package var prompt: PromptRecord
    package var projectName: String?
    package var tags: [String]
    package var metadata: [String: String]
    package var isFavourite: Bool
    /// Nil for one without a text.
    package var head: VersionState?
    /// How many versions the head does not contain.
    package var divergences: Int
}

/// A version with what it holds.
package struct VersionState: Sendable {
    package var version: VersionView
    package var content: PromptContent
}

/// A part of a list, and how long the whole of it is.
package struct Portion<Item: Sendable>: Sendable {
    package var items: [Item]
    package var total: Int

    package init(items: [Item], total: Int) {
        self.items = items
        self.total = total
    }

    package func map<T>(_ transform: (Item) throws -> T) rethrows -> Portion<T> {
        Portion<T>(items: try items.map(transform), total: total)
    }
}

/// Which part of a list is wanted.
package struct Stretch: Sendable {
    package var offset: Int
    package var limit: Int

    package init(offset: Int, limit: Int) {
        self.offset = offset
        self.limit = limit
    }

    /// Cuts it out of a list that is at hand as a whole.
    package func of<Item>(_ all: [Item]) -> Portion<Item> {
        Portion(items: Array(all.dropFirst(offset).prefix(limit)), total: all.count)
    }
}

extension Library {
    /// Several use cases in one transaction.
    package func atomically<T>(_ body: (Library) throws -> T) throws -> T {
        try replica.atomically { try body(Library($0)) }
    }

    package func state(_ name: String) throws -> PromptState {
        try replica.read { reading in try reading.state(reading.resolvePrompt(name)) }
    }

    package func states(
        _ filter: PromptFilter, by order: PromptOrder, _ stretch: Stretch
    ) throws -> Portion<PromptState> {
        try replica.read { reading in
            let found = try reading.promptSummaries(
                filter, by: order, user: reading.currentUser(), limit: stretch.limit, offset: stretch.offset)
            return Portion(
                items: try found.map { try reading.state($0) }, total: try reading.promptCount(filter))
        }
    }

    /// Best first.
    package func searchStates(
        _ query: String, _ filter: PromptFilter, _ stretch: Stretch
    ) throws -> Portion<PromptState> {
        try replica.updateSearchIndex()
        return try replica.read { reading in
            let found = try reading.searchPrompts(query, filter, limit: stretch.limit, offset: stretch.offset)
            return Portion(
                items: try found.map { try reading.state($0) }, total: try reading.searchCount(query, filter))
        }
    }

    package func trashStates(_ stretch: Stretch) throws -> Portion<PromptState> {
        try replica.read { reading in
            let portion = stretch.of(try reading.deletedPrompts())
            return try portion.map { try reading.state($0) }
        }
    }

    package func versionState(_ name: String, _ designator: String) throws -> VersionState {
        try replica.read { reading in
            let graph = try BranchGraph(of: reading.resolvePrompt(name).id, reading)
            let version = try graph.version(designator)
            return try reading.state(version, graph, reading.marks(graph))
        }
    }

    /// Newest first.
    package func versionStates(_ name: String, _ stretch: Stretch) throws -> Portion<VersionState> {
        try replica.read { reading in
            let graph = try BranchGraph(of: reading.resolvePrompt(name).id, reading)
            let marks = try reading.marks(graph)
            let portion = stretch.of(graph.versions.reversed())
            return try portion.map { try reading.state($0, graph, marks) }
        }
    }

    /// What an edit starts from that names the version it was made from.
    package func editBase(_ name: String, version designator: String) throws -> EditBase {
        try replica.read { reading in
            let prompt = try reading.resolvePrompt(name)
            let version = try BranchGraph(of: prompt.id, reading).version(designator)
            return EditBase(
                prompt: prompt, version: version.id,
                content: try PromptContent(reading.content(of: version.id) ?? .empty))
        }
    }
}

extension ReadTransaction {
    fileprivate func state(_ prompt: PromptRecord) throws -> PromptState {
        let graph = try BranchGraph(of: prompt.id, self)
        let tips = graph.visibleTips()
        return PromptState(
            prompt: prompt, projectName: try prompt.project.flatMap { try projectName($0) },
            tags: try tags(of: prompt.id), metadata: try metadata(of: prompt.id),
            isFavourite: try !favouriteRows(of: prompt.id, user: currentUser()).isEmpty,
            head: try tips.first.map { try state($0, graph, marks(graph)) }, divergences: max(0, tips.count - 1))
    }

    fileprivate func state(_ summary: PromptSummary) throws -> PromptState { try state(summary.prompt) }

    fileprivate func state(
        _ version: VersionRecord, _ graph: BranchGraph, _ marks: VersionMarks
    ) throws -> VersionState {
        VersionState(
            version: try view(version, graph, marks),
            content: try PromptContent(content(of: version.id) ?? .empty))
    }
}
