internal import Changesets
internal import Completions
internal import Crypto
internal import ReplicaStore

/// What of a batch is done, in a file beside its output: a line for each task as it ends. Whoever is killed goes on
/// with what is not in it.
///
/// A task that was under way then is run again: its provider may have answered twice, its result is there once.
package final class BatchJournal {
    /// What is done, by the tasks' places.
    package private(set) var results: [Int: BatchResult] = [:]
    /// Whether nothing was begun before.
    package let isNew: Bool
    private let file: LineJournal

    /// - Parameters:
    ///   - tasks: a journal of others, or of the same asked in another manner, is refused.
    ///   - isForced: whether what is there is forgotten.
    ///   - keepsFailures: whether what failed is done.
    /// - Throws: `ReplicaError`, `busy` where another process is at work on it.
    package init(
        _ path: String, for tasks: [BatchTask], isForced: Bool = false, keepsFailures: Bool = true
    ) throws {
        file = try LineJournal(path)
        if isForced { try file.keep(0) }
        isNew = file.lines.isEmpty
        let header = Self.header(tasks)
        guard !isNew else {
            try file.keep(0)
            try file.append(header)
            return
        }
        guard file.lines.first == header else {
            throw ReplicaError(
                .invalid,
                "\(path) is of another batch: its tasks, or how they were asked, were others; put them back, or begin "
                    + "anew with --force")
        }
        try takeUp(tasks, keepsFailures)
    }

    package func remove() throws { try file.remove() }

    private static func header(_ tasks: [BatchTask]) -> [UInt8] {
        var hash = SHA256()
        for task in tasks { hash.update(data: Array(task.fingerprint.utf8)) }
        let value: JSONValue = [
            "offbook_batch": 1, "tasks_sha256": .text(hexadecimal(hash.finalize())), "tasks": .integer(tasks.count),
        ]
        return value.bytes
    }

    private func takeUp(_ tasks: [BatchTask], _ keepsFailures: Bool) throws {
        var known = 1
        for line in file.lines.dropFirst() {
            guard let value = try? JSONValue(line), let result = BatchResult(value), result.isOf(tasks) else { break }
            if keepsFailures || result.hasSucceeded { results[result.index] = result }
            known += 1
        }
        try file.keep(known)
    }

    /// Takes answers of an earlier batch for done, where they are to the same tasks. They stay where they are until
    /// this one is over.
    package func adopt(_ earlier: [BatchResult], for tasks: [BatchTask]) {
        for result in earlier where result.hasSucceeded && result.isOf(tasks) && results[result.index] == nil {
            results[result.index] = result
        }
    }

    /// - Throws: `ReplicaError` where it can't be written: then it is not done.
    package func note(_ result: BatchResult) throws {
        try file.append(result.json.bytes)
        results[result.index] = result
    }
}

extension BatchResult {
    /// Whether it is what became of one of them, and not of another that stood at its place.
    fileprivate func isOf(_ tasks: [BatchTask]) -> Bool {
        tasks.indices.contains(index) && tasks[index].fingerprint == fingerprint
    }
}
