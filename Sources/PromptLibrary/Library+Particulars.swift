internal import Changesets
package import PromptTemplates
internal import ReplicaStore

/// What to change of a prompt beside its text; nil leaves it as it is.
package struct PromptChange: Sendable, Equatable {
    package var description: String?
    /// An empty one takes it away.
    package var category: String?
    /// Made where there is none; an empty one takes it away.
    package var project: String?
    package var isTemplate: Bool?
    /// Whether nobody but who made it sees it; else all who see its project, or the workspace.
    package var isPrivate: Bool?
    /// An inner nil goes back to the guess.
    package var templateFormat: TemplateFormat??

    package init() {}

    package var isEmpty: Bool { self == PromptChange() }
}

/// Who sees a prompt or a group, as its row says it.
enum Visibility {
    static func text(isPrivate: Bool) -> String { isPrivate ? "private" : "workspace" }
}

extension Library {
    package func change(_ name: String, _ change: PromptChange) throws -> PromptView {
        try self.change(name) { transaction, prompt in
            if change.isPrivate == true, prompt.createdBy != transaction.user {
                throw LibraryError(.conflict, "only who made “\(prompt.name)” can make it private")
            }
            let values = try transaction.values(change)
            if !values.isEmpty { try transaction.update(.prompts, prompt.id, values) }
            return try transaction.promptView(prompt.id)
        }
    }
}

extension WriteTransaction {
    fileprivate func values(_ change: PromptChange) throws -> [String: Value] {
        var values: [String: Value] = [:]
        values["description"] = change.description.map { .text($0) }
        values["category"] = change.category.map { $0.isEmpty ? .null : .text($0) }
        values["project_id"] = try change.project.map { $0.isEmpty ? .null : .blob(try projectID(named: $0)) }
        values["is_template"] = change.isTemplate.map { .integer($0 ? 1 : 0) }
        values["visibility"] = change.isPrivate.map { .text(Visibility.text(isPrivate: $0)) }
        values["template_format"] = change.templateFormat.map { .text($0?.rawValue ?? "") }
        return values
    }
}
