package import Changesets
package import PromptTemplates
package import ReplicaStore

/// What `new` makes a prompt of.
package struct NewPrompt: Sendable {
    package var name: String
    package var content: PromptContent
    package var description = ""
    package var category: String?
    package var tags: [String] = []
    /// Made where there is none of that name.
    package var project: String?
    package var isTemplate = false
    /// Whether nobody but who makes it sees it.
    package var isPrivate = false
    /// Nil for a guess.
    package var templateFormat: TemplateFormat?
    package var message = ""

    package init(name: String, content: PromptContent) {
        self.name = name
        self.content = content
    }

    package init(name: String, body: String) { self.init(name: name, content: PromptContent(body: body)) }
}

/// What a person who edits starts from.
package struct EditBase: Sendable {
    package var prompt: PromptRecord
    /// Nil for a prompt without a text.
    package var version: RowID?
    package var content: PromptContent
    package var body: String { content.body }
}

/// What became of a save.
package enum SaveOutcome: Sendable, Equatable {
    /// The text is what it was.
    case unchanged
    /// The version's name.
    case saved(String)
    /// Somebody saved since the edit began: both texts stand, under these names. One of them is the
    /// head.
    case diverged(String, other: String, head: String)
}

extension Library {
    package func create(_ new: NewPrompt) throws -> PromptView {
        try new.check()
        return try replica.write { transaction in try transaction.promptView(transaction.create(new)) }
    }

    /// The same for whoever reads the prompt in a way of their own.
    ///
    /// - Returns: its id.
    package func add(_ new: NewPrompt) throws -> RowID {
        try new.check()
        return try replica.write { try $0.create(new) }
    }

    package func editBase(_ name: String) throws -> EditBase {
        try replica.read { reading in
            let prompt = try reading.resolvePrompt(name)
            let head = try BranchGraph(of: prompt.id, reading).head()
            let content = try head.flatMap { try reading.content(of: $0.id) } ?? .empty
            return EditBase(prompt: prompt, version: head?.id, content: try PromptContent(content))
        }
    }

    /// Saves a text that was written from `base`, with the settings that it had.
    package func save(_ body: String, from base: EditBase, message: String = "") throws -> SaveOutcome {
        var content = base.content
        content.body = body
        return try save(content, from: base, message: message)
    }

    /// Saves what was written from `base`.
    package func save(_ content: PromptContent, from base: EditBase, message: String = "") throws -> SaveOutcome {
        try content.check()
        let stored = try content.stored()
        if base.version != nil, stored == (try base.content.stored()) { return .unchanged }
        return try replica.write { transaction in
            guard try transaction.reading.prompt(base.prompt.id) != nil else {
                throw LibraryError(
                    .conflict,
                    "the prompt “\(base.prompt.name)” was deleted meanwhile; bring it back with offbook undelete, "
                        + "then save again")
            }
            let graph = try BranchGraph(of: base.prompt.id, transaction.reading)
            let saved = try transaction.save(
                VersionDraft(
                    prompt: base.prompt.id, parents: base.version.map { [$0] } ?? [], content: stored,
                    message: message))
            return try transaction.outcome(of: saved, wasHead: graph.head()?.id == base.version, in: base.prompt.id)
        }
    }

    package func rename(_ name: String, to newName: String) throws {
        try LibraryError.check(name: newName)
        try change(name) { transaction, prompt in
            if let taken = try transaction.reading.prompts(named: newName).first(where: { $0.id != prompt.id }) {
                throw LibraryError(.conflict, "there is a prompt “\(newName)” already (\(shortID(taken.id)))")
            }
            try transaction.update(.prompts, prompt.id, ["name": .text(newName)])
        }
    }

    package func tag(_ name: String, _ tags: [String]) throws {
        for tag in tags { try LibraryError.check(name: tag) }
        try change(name) { transaction, prompt in
            for tag in tags { try transaction.addTag(tag, to: prompt.id) }
        }
    }

    /// - Returns: the tags that the prompt did not have.
    @discardableResult
    package func untag(_ name: String, _ tags: [String]) throws -> [String] {
        try change(name) { transaction, prompt in
            try tags.filter { tag in
                let rows = try transaction.reading.tagRows(of: prompt.id, tag: tag)
                for row in rows { try transaction.delete(from: .tags, row) }
                return rows.isEmpty
            }
        }
    }

    package func favourite(_ name: String) throws {
        try change(name) { transaction, prompt in
            guard try transaction.reading.favouriteRows(of: prompt.id, user: transaction.user).isEmpty else { return }
            try transaction.insert(
                into: .favourites, NaturalKey.favourite(transaction.user, prompt.id),
                [
                    "user_id": .blob(transaction.user), "prompt_id": .blob(prompt.id),
                    "created_at": .integer(transaction.now),
                ])
        }
    }

    package func unfavourite(_ name: String) throws {
        try change(name) { transaction, prompt in
            for row in try transaction.reading.favouriteRows(of: prompt.id, user: transaction.user) {
                try transaction.delete(from: .favourites, row)
            }
        }
    }

    package func setArchived(_ name: String, _ isArchived: Bool) throws {
        try change(name) { transaction, prompt in
            guard isArchived != (prompt.archivedAt != nil) else { return }
            try transaction.update(
                .prompts, prompt.id, ["archived_at": isArchived ? .integer(transaction.now) : .null])
        }
    }

    /// Moves the prompt to the trash. Its versions, tags and labels hide with it.
    package func delete(_ name: String) throws -> PromptRecord {
        try change(name) { transaction, prompt in
            try transaction.delete(from: .prompts, prompt.id)
            return prompt
        }
    }

    package func undelete(_ name: String) throws -> PromptRecord {
        try replica.write { transaction in
            let prompt = try transaction.reading.resolveDeletedPrompt(name)
            try transaction.undelete(.prompts, prompt.id)
            return prompt
        }
    }

    func change<T>(_ name: String, _ body: (WriteTransaction, PromptRecord) throws -> T) throws -> T {
        try replica.write { try body($0, $0.reading.resolvePrompt(name)) }
    }
}

extension NewPrompt {
    /// What can be told before anything is locked.
    fileprivate func check() throws {
        try LibraryError.check(name: name)
        for tag in tags { try LibraryError.check(name: tag) }
        try content.check()
    }

    /// What nobody said about it is as somebody prefers.
    fileprivate func withDefaults(_ reading: ReadTransaction) throws -> NewPrompt {
        var new = self
        let preferred = try reading.preferred()
        new.category = new.category ?? preferred[.newCategory]
        new.templateFormat = new.templateFormat ?? preferred[.newFormat].flatMap { TemplateFormat(rawValue: $0) }
        let settings: [String: TemplateValue?] = [
            "model": preferred[.newModel].map { .text($0) },
            "temperature": preferred[.newTemperature].map { .number($0) },
            "max_tokens": preferred[.newMaxTokens].map { .number($0) },
        ]
        for (key, value) in settings where new.content.settings[key] == nil { new.content.settings[key] = value }
        return new
    }
}

extension WriteTransaction {
    fileprivate func create(_ new: NewPrompt) throws -> RowID {
        if let taken = try reading.prompts(named: new.name).first {
            throw LibraryError(
                .conflict,
                "there is a prompt “\(new.name)” already (\(shortID(taken.id))); change it with: offbook edit")
        }
        let new = try new.withDefaults(reading)
        let id = newID()
        try insert(into: .prompts, id, try columns(of: new))
        for tag in new.tags { try addTag(tag, to: id) }
        try save(VersionDraft(prompt: id, parents: [], content: new.content.stored(), message: new.message))
        return id
    }

    fileprivate func columns(of new: NewPrompt) throws -> [String: Value] {
        [
            "name": .text(new.name), "description": .text(new.description),
            "category": new.category.map { .text($0) } ?? .null,
            "project_id": try new.project.map { .blob(try projectID(named: $0)) } ?? .null,
            "is_template": .integer(new.isTemplate ? 1 : 0),
            "visibility": .text(Visibility.text(isPrivate: new.isPrivate)),
            "template_format": .text(new.templateFormat?.rawValue ?? ""),
            "created_at": .integer(now), "created_by": .blob(user),
        ]
    }

    func promptView(_ id: RowID) throws -> PromptView {
        guard let prompt = try reading.prompt(id) else {
            throw LibraryError(.notFound, "the prompt \(shortID(id)) is not there any more")
        }
        return try reading.view(prompt, BranchGraph(of: id, reading))
    }

    fileprivate func outcome(of saved: RowID, wasHead: Bool, in prompt: RowID) throws -> SaveOutcome {
        let graph = try BranchGraph(of: prompt, reading)
        guard let version = graph[saved] else { return .unchanged }
        let others = graph.visibleTips().filter { $0.id != saved }
        guard !wasHead, let other = others.first else { return .saved(graph.name(of: version)) }
        let head = graph.head() ?? other
        return .diverged(graph.name(of: version), other: graph.name(of: other), head: graph.name(of: head))
    }
}
