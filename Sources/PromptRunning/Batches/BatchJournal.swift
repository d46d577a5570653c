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
    private let file: LineJournal

    /// - Parameters:
    ///   - input: the bytes of which the tasks are read; a journal of others is refused.
    ///   - keepsFailures: whether what failed is done.
    /// - Throws: `ReplicaError`.
    package init(_ path: String, for input: [UInt8], tasks: Int, keepsFailures: Bool = true) throws {
        file = try LineJournal(path)
        let header = Self.header(input, tasks)
        switch file.lines.first {
        case nil:
            try file.keep(0)
            try file.append(header)
        case header: try takeUp(tasks, keepsFailures)
        default:
            throw ReplicaError(
                .invalid,
                "\(path) is of another batch: its tasks were others; put them back, or remove that file to begin anew")
        }
    }

    package static func remove(_ path: String) throws { try LineJournal.remove(path) }

    private static func header(_ input: [UInt8], _ tasks: Int) -> [UInt8] {
        let value: JSONValue = [
            "offbook_batch": 1, "input_sha256": .text(hexadecimal(SHA256.hash(data: input))), "tasks": .integer(tasks),
        ]
        return value.bytes
    }

    private func takeUp(_ tasks: Int, _ keepsFailures: Bool) throws {
        var known = 1
        for line in file.lines.dropFirst() {
            guard let value = try? JSONValue(line), let result = BatchResult(value), result.index < tasks else { break }
            if keepsFailures || result.hasSucceeded { results[result.index] = result }
            known += 1
        }
        try file.keep(known)
    }

    /// - Throws: `ReplicaError` where it can't be written: then it is not done.
    package func note(_ result: BatchResult) throws {
        try file.append(result.json.bytes)
        results[result.index] = result
    }
}
