internal import Crypto
internal import DirectoryStore
internal import Synchronization

/// The answers to requests with an `Idempotency-Key`, in memory: as long as the daemon runs, and as long as there
/// are not too many newer ones.
final class RememberedRequests: Sendable {
    private struct Entry: Sendable {
        var request: SHA256.Digest
        /// Nil until there is one.
        var answer: KeptAnswer?
    }

    private struct Contents: Sendable {
        var entries: [String: Entry] = [:]
        /// Keys that were answered, the oldest first.
        var answered: [String] = []
        var bytes = 0
    }

    private let countMax: Int
    private let bytesMax: Int
    private let contents = Mutex(Contents())

    init(countMax: Int = 1000, bytesMax: Int = 8 << 20) {
        self.countMax = countMax
        self.bytesMax = bytesMax
    }

    /// - Throws: `AccountError.invalid` for a key that is none.
    func begin(_ key: String, _ request: [UInt8]) throws -> IdempotentRequest {
        try IdempotentRequest.check(key: key)
        let hash = SHA256.hash(data: request)
        return contents.withLock { contents in
            guard let known = contents.entries[key] else {
                contents.entries[key] = Entry(request: hash)
                return .new
            }
            guard known.request == hash else { return .other }
            return known.answer.map { .answered($0) } ?? .unanswered
        }
    }

    func keep(_ answer: KeptAnswer, under key: String) {
        contents.withLock { contents in
            guard contents.entries[key] != nil else { return }
            contents.entries[key]?.answer = answer
            contents.answered.append(key)
            contents.bytes += answer.body.count
            while contents.answered.count > 1, contents.answered.count > countMax || contents.bytes > bytesMax {
                let oldest = contents.entries.removeValue(forKey: contents.answered.removeFirst())
                contents.bytes -= oldest?.answer?.body.count ?? 0
            }
        }
    }

    /// For a request that did nothing: it may be sent again under the same key.
    func forget(_ key: String) {
        contents.withLock { contents in
            if contents.entries[key]?.answer == nil { contents.entries[key] = nil }
        }
    }
}
