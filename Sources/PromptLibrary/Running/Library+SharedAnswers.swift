package import Changesets
package import ReplicaStore

/// Answers of the server's cache, where the workspace shares them: so that a hit works offline.
///
/// They are rows like any other, not append-only ones, as they must go again: the server empties and deletes what has
/// expired, and everybody else loses it with the next sync. Nobody reads one that has expired, deleted or not.
extension Library {
    /// To be called on the server.
    ///
    /// - Parameters:
    ///   - key: the SHA-256 that the cache knows it by.
    ///   - answer: JSON.
    ///   - prompt: of the library, where it came from one: who may not read that is not sent the answer.
    ///   - life: in milliseconds.
    /// - Returns: false where the workspace does not share.
    @discardableResult
    package func shareAnswer(
        _ key: [UInt8], model: String, answer: String, prompt: RowID? = nil, life: Int64
    ) throws -> Bool {
        guard try workspaceTerms().sharesAnswers else { return false }
        let (bytes, most) = (answer.utf8.count, LibraryLimits.sharedAnswerBytesMax)
        guard !answer.isEmpty, bytes <= most else {
            throw LibraryError(.invalid, "a shared answer has 1 to \(most) bytes, and this one \(bytes)")
        }
        try replica.write { transaction in
            let (end, overflows) = transaction.now.addingReportingOverflow(max(0, life))
            let values: [String: Value] = [
                "model": .text(model), "answer": .text(answer), "made_at": .integer(transaction.now),
                "lives_until": .integer(overflows ? .max : end),
            ]
            let id = Self.answerID(key)
            if try transaction.reading.hasSharedAnswer(id) {
                return try transaction.update(.sharedAnswers, id, values)
            }
            let named: [String: Value] = ["prompt_id": prompt.map { .blob($0) } ?? .blob([])]
            try transaction.insert(into: .sharedAnswers, id, values.merging(named) { $1 })
        }
        return true
    }

    /// Nil where there is none, or it has expired.
    package func sharedAnswer(_ key: [UInt8]) throws -> SharedAnswerRecord? {
        try replica.read { try $0.sharedAnswer(Self.answerID(key), now: replica.machineTime()) }
    }

    /// Takes away what has expired, and all where the workspace shares no more. To be called on the server, now and
    /// then.
    ///
    /// - Returns: how many they were.
    @discardableResult
    package func removeExpiredAnswers() throws -> Int { try removeAnswers(isAll: !workspaceTerms().sharesAnswers) }

    /// Takes all away, where the cache is emptied.
    @discardableResult
    package func removeSharedAnswers() throws -> Int { try removeAnswers(isAll: true) }

    /// Some at a time, so that no transaction is long. Emptied first: what is deleted keeps its last values.
    private func removeAnswers(isAll: Bool) throws -> Int {
        var removed = 0
        while true {
            let now = replica.machineTime()
            // Most of the time there is none.
            guard try replica.read({ try !$0.sharedAnswers(expiredBy: isAll ? nil : now, most: 1).isEmpty }) else {
                return removed
            }
            removed += try replica.write { transaction in
                let due = try transaction.reading.sharedAnswers(expiredBy: isAll ? nil : now, most: 500)
                for id in due {
                    try transaction.update(.sharedAnswers, id, ["answer": .text("")])
                    try transaction.delete(from: .sharedAnswers, id)
                }
                return due.count
            }
        }
    }

    private static func answerID(_ key: [UInt8]) -> RowID {
        .derived(table: SyncedTable.sharedAnswers.name, key: [key])
    }
}

extension LibraryLimits {
    package static let sharedAnswerBytesMax = 1 << 20
}
