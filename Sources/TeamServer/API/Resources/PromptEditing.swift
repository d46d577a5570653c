internal import Changesets
internal import HTTPTypes
internal import PromptLibrary
internal import PromptTemplates
internal import ReplicaStore

/// Makes and changes prompts as requests say, each in one transaction.
struct PromptEditing {
    let call: Call
    let input: PromptInput

    func create() throws -> Reply<PromptResource> {
        let workspace = try call.workspaceID
        guard let name = input.name else { throw APIError(.invalid, "the field “name” is missing", field: "name") }
        let id = try call.library.atomically { library in
            let content = try input.applied(to: PromptContent(body: ""))
            var new = NewPrompt(name: name, content: content)
            new.description = input.description ?? ""
            new.category = input.category.flatMap { $0.isEmpty ? nil : $0 }
            new.tags = input.tags ?? input.initialVersion?.tags ?? []
            new.project = try project(library)
            new.isTemplate = input.isTemplate ?? false
            new.isPrivate = try input.isPrivate ?? false
            new.templateFormat = try input.format
            new.message = input.message ?? input.initialVersion?.message ?? ""
            let id = try library.add(new).hex
            try takeRest(library, id, isNew: true)
            return id
        }
        // Writers wait for each other, readers for nobody: what the answer shows is read when the write is over.
        return try Reply(PromptResource(call.library.state(id), in: workspace), status: .created)
    }

    func change() throws -> Reply<PromptResource> {
        let (id, workspace) = (try call.hexID("prompt"), try call.workspaceID)
        return try call.library.atomically { library in
            let before = try PromptResource(library.state(id), in: workspace)
            let isFresh = try call.matches(before)
            let base = try base(library, id, isFresh: isFresh)
            try takeRest(library, id, isNew: false)
            // The ETag says nothing of what the request itself has just changed.
            if !isFresh {
                let after = try PromptResource(library.state(id), in: workspace)
                guard try EntityTag.of(after) == EntityTag.of(before) else {
                    try call.requireMatch(before); throw stale
                }
            }
            let outcome = try library.save(
                input.applied(to: base.content), from: base, message: input.message ?? "")
            var view = try PromptResource(library.state(id), in: workspace)
            view.branch = try Self.note(outcome, library, id)
            return Reply(view, status: view.branch == nil ? nil : .created)
        }
    }

    /// A text of its own, and nothing else.
    func addVersion() throws -> Reply<VersionResource> {
        let id = try call.hexID("prompt")
        let workspace = try call.workspaceID
        return try call.library.atomically { library in
            let isFresh = try call.matches(PromptResource(library.state(id), in: workspace))
            let base = try base(library, id, isFresh: isFresh)
            let outcome = try library.save(
                input.applied(to: base.content), from: base, message: input.message ?? "")
            let saved = try library.versionState(id, Self.name(of: outcome) ?? "head")
            var view = try VersionResource(saved, of: id)
            view.branch = try Self.note(outcome, library, id)
            return Reply(view, status: .created)
        }
    }

    private var stale: APIError {
        APIError(.stale, "it has changed since you read it: read it again, and send its new ETag as If-Match")
    }

    /// What the text was written from: as the request says, or by the tag of what it was read as, or the head.
    private func base(_ library: Library, _ id: String, isFresh: Bool) throws -> EditBase {
        if let named = input.baseVersion { return try library.editBase(id, version: named) }
        if isFresh { return try library.editBase(id) }
        let versions = (call.ifMatch ?? []).compactMap { $0.split(separator: ".").first.map { String($0) } }
        for version in versions where version.count == 64 {
            if let base = try? library.editBase(id, version: version) { return base }
        }
        throw stale
    }

    private static func name(of outcome: SaveOutcome) -> String? {
        switch outcome {
        case .unchanged: nil
        case .saved(let name), .diverged(let name, _, _): name
        }
    }

    private static func note(_ outcome: SaveOutcome, _ library: Library, _ id: String) throws -> BranchNote? {
        guard case .diverged(let name, let other, let head) = outcome else { return nil }
        return BranchNote(
            name: name, versionId: try library.versionState(id, name).version.id, other: other, head: head,
            isHead: head == name)
    }
}

/// What stands beside the text.
extension PromptEditing {
    private func takeRest(_ library: Library, _ id: String, isNew: Bool) throws {
        if let facts = try input.facts { try library.setMetadata(id, to: facts, isWhole: true) }
        if !isNew {
            let state = try library.state(id)
            if let name = input.name, name != state.prompt.name { try library.rename(id, to: name) }
            if let tags = input.tags, Set(tags) != Set(state.tags) { try library.setTags(id, to: tags) }
            let change = try change(from: state, library)
            if !change.isEmpty { _ = try library.change(id, change) }
        }
        try takeStatus(library, id)
    }

    /// What is said as it is already, is no change.
    private func change(from state: PromptState, _ library: Library) throws -> PromptChange {
        let prompt = state.prompt
        var change = PromptChange()
        if input.description != prompt.description { change.description = input.description }
        if input.category != prompt.category ?? "" { change.category = input.category }
        if input.isTemplate != prompt.isTemplate { change.isTemplate = input.isTemplate }
        if try input.isPrivate != (prompt.visibility == "private") { change.isPrivate = try input.isPrivate }
        if let format = try input.format, format.rawValue != prompt.templateFormat { change.templateFormat = format }
        if let project = input.projectId, project != prompt.project?.hex ?? "" {
            change.project = try project.isEmpty ? "" : self.project(library)
        }
        return change
    }

    private func takeStatus(_ library: Library, _ id: String) throws {
        if let status = input.status {
            try library.setArchived(id, status == "archived")
            if status != "archived" { try library.setStatus(id, status) }
        }
        if let isArchived = input.isArchived { try library.setArchived(id, isArchived) }
    }

    /// - Throws: `APIError.invalid` for a project that is not there.
    private func project(_ library: Library) throws -> String? {
        guard let id = input.projectId, !id.isEmpty else { return nil }
        guard let project = try? library.project(id) else {
            throw APIError(.invalid, "there is no project “\(id)”", field: "project_id")
        }
        return project.id
    }
}
