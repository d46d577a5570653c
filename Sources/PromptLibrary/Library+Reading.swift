internal import Changesets
package import ReplicaStore

/// A page of a list: what comes next is asked for with the cursor.
package struct Listing<Item: Encodable & Sendable>: Encodable, Sendable {
    package var items: [Item]
    /// Nil after the last page.
    package var next: String?

    package init(items: [Item], next: String? = nil) {
        self.items = items
        self.next = next
    }

    private enum CodingKeys: CodingKey { case items, next }

    /// `next` is written out as null, so that whoever reads can rely on it.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
        try container.encode(next, forKey: .next)
    }
}

/// Which part of a list is wanted.
package struct PageRequest: Sendable {
    package var limit: Int?
    package var cursor: String?

    package init(limit: Int? = nil, cursor: String? = nil) {
        self.limit = limit
        self.cursor = cursor
    }

    var offset: Int {
        get throws {
            guard let cursor else { return 0 }
            guard let offset = Int(cursor), offset >= 0 else {
                throw LibraryError(.invalid, "“\(cursor)” is no cursor of a list; take the one that “next” gave")
            }
            return offset
        }
    }

    /// Cuts the page out of a list that is at hand as a whole.
    package func page<Item>(of all: [Item]) throws -> Listing<Item> {
        let start = min(try offset, all.count)
        let end = start + min(limit ?? all.count, all.count - start)
        return Listing(items: Array(all[start..<end]), next: end < all.count ? String(end) : nil)
    }
}

extension Library {
    /// - Parameter order: the one that is preferred where nil.
    package func list(
        _ filter: PromptFilter = PromptFilter(), by order: PromptOrder? = nil, _ page: PageRequest = PageRequest()
    ) throws -> Listing<PromptView> {
        try replica.read { reading in
            let offset = try page.offset
            // One more than wanted tells whether there is a next page.
            let limit = page.limit.map { $0 == .max ? $0 : $0 + 1 } ?? -1
            var found = try reading.promptSummaries(
                filter, by: order ?? reading.preference(.listSort).flatMap { PromptOrder(named: $0) } ?? PromptOrder(),
                user: reading.currentUser(), limit: limit, offset: offset)
            let hasMore = page.limit.map { found.count > $0 } ?? false
            if hasMore { found.removeLast() }
            return Listing(
                items: try found.map { try reading.view($0) }, next: hasMore ? String(offset + found.count) : nil)
        }
    }

    /// Prompts in the trash.
    package func trash(_ page: PageRequest = PageRequest()) throws -> Listing<PromptView> {
        try replica.read { reading in
            try page.page(of: reading.deletedPrompts().map { try reading.view($0, BranchGraph(of: $0.id, reading)) })
        }
    }

    package func show(
        _ name: String, version designator: String? = nil, label: String? = nil
    ) throws -> PromptDetailView {
        try replica.read { reading in
            let prompt = try reading.resolvePrompt(name)
            let graph = try BranchGraph(of: prompt.id, reading)
            let wanted =
                try designator.map(graph.version) ?? label.map { try reading.version(labelled: $0, prompt, graph) }
            guard let version = wanted ?? graph.head() else {
                throw LibraryError(
                    .notFound, "the prompt “\(prompt.name)” has no text yet; write one with: offbook edit")
            }
            return try PromptDetailView(
                prompt: reading.view(prompt, graph), version: reading.view(version, graph),
                templateFormat: prompt.templateFormat, metadata: reading.metadata(of: prompt.id),
                content: reading.content(of: version.id) ?? .empty)
        }
    }

    /// All versions of a prompt, newest first.
    package func history(_ name: String, _ page: PageRequest = PageRequest()) throws -> Listing<VersionView> {
        try replica.read { reading in
            let graph = try BranchGraph(of: reading.resolvePrompt(name).id, reading)
            let marks = try reading.marks(graph)
            return try page.page(of: graph.versions.reversed().map { try reading.view($0, graph, marks) })
        }
    }

    /// How many versions stand beside their prompt's head.
    package func divergenceCount() throws -> Int {
        try branches().items.count { $0.kind == .divergence }
    }

    /// Branches and divergences: of one prompt all, of the whole library those that need a look.
    package func branches(_ name: String? = nil, _ page: PageRequest = PageRequest()) throws -> Listing<BranchView> {
        try replica.read { reading in
            let prompts =
                try name.map { [try reading.resolvePrompt($0)] }
                ?? reading.promptsWithSeveralTips().compactMap { try reading.prompt($0) }
            let views = try prompts.sorted { ($0.name, $0.id) < ($1.name, $1.id) }
                .map { try reading.branchViews($0) }
            let shown = name == nil ? views.filter { branches in branches.contains { $0.kind == .divergence } } : views
            return try page.page(of: shown.flatMap { $0 })
        }
    }
}

extension ReadTransaction {
    func version(labelled label: String, _ prompt: PromptRecord, _ graph: BranchGraph) throws
        -> VersionRecord
    {
        let labels = try labels(of: prompt.id)
        guard let version = labels[label].flatMap({ graph[$0] }) else {
            let known = labels.isEmpty ? "it has none" : "it has \(labels.keys.sorted().joined(separator: ", "))"
            throw LibraryError(.notFound, "“\(prompt.name)” has no label “\(label)”; \(known)")
        }
        return version
    }

    func view(_ prompt: PromptRecord, _ graph: BranchGraph) throws -> PromptView {
        let tips = graph.visibleTips()
        return PromptView(
            id: prompt.id.hex, name: prompt.name, description: prompt.description, category: prompt.category,
            status: prompt.archivedAt == nil ? prompt.status : "archived", tags: try tags(of: prompt.id),
            project: try prompt.project.flatMap { try projectName($0) }, isTemplate: prompt.isTemplate,
            isFavourite: try !favouriteRows(of: prompt.id, user: currentUser()).isEmpty,
            isArchived: prompt.archivedAt != nil, version: tips.first.map(graph.name), versionID: tips.first?.id.hex,
            divergences: max(0, tips.count - 1), createdAt: prompt.createdAt, updatedAt: tips.first?.createdAt)
    }

    /// The same, without reading the graph where one tip tells it all: a list of thousands must not.
    func view(_ summary: PromptSummary) throws -> PromptView {
        let prompt = summary.prompt
        guard summary.tips == 1, let generation = summary.generation, let version = summary.version else {
            return try view(prompt, BranchGraph(of: prompt.id, self))
        }
        return PromptView(
            id: prompt.id.hex, name: prompt.name, description: prompt.description, category: prompt.category,
            status: prompt.archivedAt == nil ? prompt.status : "archived", tags: summary.tags,
            project: summary.projectName, isTemplate: prompt.isTemplate, isFavourite: summary.isFavourite,
            isArchived: prompt.archivedAt != nil, version: "v\(generation)",
            versionID: version.hex, divergences: 0, createdAt: prompt.createdAt, updatedAt: summary.editedAt)
    }

    func branchViews(_ prompt: PromptRecord) throws -> [BranchView] {
        let graph = try BranchGraph(of: prompt.id, self)
        return try graph.branches.flatMap { branch in
            try graph.visibleTips(of: branch).enumerated().map { place, version in
                BranchView(
                    prompt: prompt.name, promptID: prompt.id.hex, name: place == 0 ? branch : graph.name(of: version),
                    head: version.id.hex, kind: place == 0 ? .branch : .divergence, node: graph.node(of: version),
                    author: try version.author.flatMap { try userName($0) }, createdAt: version.createdAt)
            }
        }
    }
}
