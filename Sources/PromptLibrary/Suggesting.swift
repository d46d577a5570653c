internal import PromptTemplates
internal import ReplicaStore

/// “did you mean …?”, for every name that nothing has. Asked only when that is clear, so that what goes
/// well pays nothing for it.
package enum Suggestion {
    /// How many names are looked through at most.
    static let namesMax = 100_000

    /// A question with at most three names that are like the given one; nil where none is.
    package static func question(_ name: String, among names: [String]) -> String? {
        let near = Nearest.names(to: name, among: names).map { "“\($0)”" }
        guard let last = near.last else { return nil }
        let others = near.dropLast().joined(separator: ", ")
        return "did you mean \(others.isEmpty ? last : "\(others) or \(last)")?"
    }
}

extension LibraryError {
    /// Nothing has that name.
    ///
    /// - Parameter hint: what to do where no name is like it.
    static func missing(_ what: String, _ name: String, among names: [String], otherwise hint: String) -> LibraryError {
        let advice = Suggestion.question(name, among: names) ?? hint
        return LibraryError(.notFound, "there is no \(what) “\(name)”; \(advice)")
    }
}

extension Library {
    /// What to say of a list that is empty as nothing has the tag or category that was asked for.
    package func hint(tag: String?, category: String?) throws -> String? {
        try replica.read { reading in
            for (noun, name, names) in [
                ("tag", tag, try reading.tagNames()), ("category", category, try reading.categoryNames()),
            ] {
                guard let name, !names.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) else { continue }
                let question = Suggestion.question(name, among: names.map(\.name))
                return ["No prompt has the \(noun) “\(name)”", question].compactMap(\.self).joined(separator: "; ")
            }
            return nil
        }
    }
}
