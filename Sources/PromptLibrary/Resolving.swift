internal import Changesets
package import ReplicaStore

extension ReadTransaction {
    /// The prompt that a person means: by its whole id, its exact name, or digits that its id begins or
    /// ends with.
    package func resolvePrompt(_ name: String) throws -> PromptRecord {
        if let prompt = try wholeID(name).flatMap({ try prompt($0) }) { return prompt }
        let named = try prompts(named: name)
        if let prompt = try only(named, name) { return prompt }
        if let digits = idDigits(name), let prompt = try only(try prompts(idLike: digits), name) { return prompt }
        if try !deletedPrompts(named: name).isEmpty {
            throw LibraryError(.notFound, "the prompt “\(name)” is in the trash; bring it back with: offbook undelete")
        }
        throw LibraryError.missing(
            "prompt", name, among: try allPromptNames(most: Suggestion.namesMax), otherwise: "see: offbook list")
    }

    package func resolveDeletedPrompt(_ name: String) throws -> PromptRecord {
        if let prompt = try wholeID(name).flatMap({ try deletedPrompt($0) }) { return prompt }
        if let prompt = try only(try deletedPrompts(named: name), name) { return prompt }
        if let digits = idDigits(name), let prompt = try only(try deletedPrompts(idLike: digits), name) {
            return prompt
        }
        if let prompt = try only(try prompts(named: name), name) {
            throw LibraryError(.notFound, "“\(prompt.name)” is not in the trash")
        }
        let advice = Suggestion.question(name, among: try deletedPrompts().map(\.name))
        throw LibraryError(
            .notFound, "there is no prompt “\(name)” in the trash; \(advice ?? "see: offbook list --deleted")")
    }

    package func resolveGroup(_ name: String) throws -> GroupRecord {
        if let id = wholeID(name), let group = try groups(idLike: id.hex).first { return group }
        let named = try groups(named: name)
        let found = try named.isEmpty ? idDigits(name).map { try groups(idLike: $0) } ?? [] : named
        guard found.count < 2 else {
            let candidates = found.map { "\(shortID($0.id))  \($0.name)" }.joined(separator: "\n  ")
            throw LibraryError(.ambiguous, "several groups are named “\(name)”; name one by its id:\n  \(candidates)")
        }
        guard let group = found.first else {
            throw LibraryError.missing(
                "group", name, among: try groupNames().map(\.name), otherwise: "see: offbook group list")
        }
        return group
    }

    private func only(_ found: [PromptRecord], _ name: String) throws -> PromptRecord? {
        guard found.count > 1 else { return found.first }
        let candidates = found.prefix(20).map { "\(shortID($0.id))  \($0.name)" }.joined(separator: "\n  ")
        let more = found.count > 20 ? "\n  and \(found.count - 20) more" : ""
        throw LibraryError(
            .ambiguous, "“\(name)” could be any of \(found.count) prompts; name one by its id:\n  \(candidates)\(more)")
    }

    /// Who names a whole id means that, whatever is called like it.
    func wholeID(_ text: String) -> RowID? { RowID(hex: text).flatMap { $0.length == 16 ? $0 : nil } }

    /// Four digits or more, as fewer match by accident.
    func idDigits(_ text: String) -> String? {
        let digits = text.filter { $0 != "-" }
        return digits.count >= 4 && digits.allSatisfy(\.isHexDigit) ? digits : nil
    }
}
