package import Changesets
package import ReplicaStore

/// What a purge did here.
package struct PurgeOutcome: Sendable {
    package var prompt: PromptRecord
    /// Whether no byte of it is left in this library's files. Else another process was reading, and the
    /// next write does the rest.
    package var isWiped: Bool
}

extension Library {
    /// The prompt that a purge would erase, in the trash or not.
    package func promptToPurge(_ name: String) throws -> PromptRecord {
        try replica.read { reading in
            do {
                return try reading.resolvePrompt(name)
            } catch let error as LibraryError where error.code == .notFound {
                guard let deleted = try? reading.resolveDeletedPrompt(name) else { throw error }
                return deleted
            }
        }
    }

    /// Erases a prompt for good, with its history, its journal and its use: here at once, and on every other
    /// node when it hears of it. Nothing brings it back.
    ///
    /// - Parameter reason: is kept, and everybody can read it.
    package func purge(_ prompt: PromptRecord, reason: String = "") throws -> PurgeOutcome {
        guard reason.count <= LibraryLimits.reasonCharactersMax else {
            throw LibraryError(
                .invalid,
                "the reason has \(reason.count) characters; at most \(LibraryLimits.reasonCharactersMax) are allowed")
        }
        try replica.write { transaction in
            guard try transaction.reading.hasPrompt(prompt.id) else {
                throw LibraryError(.notFound, "the prompt “\(prompt.name)” is not there any more")
            }
            try transaction.purge(prompt.id, reason: reason)
        }
        return PurgeOutcome(prompt: prompt, isWiped: try replica.isWiped())
    }

    /// The prompts that were erased for good, wherever that was said.
    package func purgedPrompts() throws -> [RowID] { try replica.read { try $0.purgedPrompts() } }
}

extension ReadTransaction {
    fileprivate func hasPrompt(_ id: RowID) throws -> Bool { try prompt(id) ?? deletedPrompt(id) != nil }
}
