/// The answers used last, as many as fit.
struct RecentAnswers: Sendable {
    private struct Entry {
        var answer: CachedAnswer
        var used: Int
    }

    private let bytesMax: Int
    private let countMax: Int
    private var entries: [CacheKey: Entry] = [:]
    /// By when it was used. What is no longer true is passed over.
    private var queue: [(used: Int, key: CacheKey)] = []
    private var head = 0
    private var clock = 0
    private(set) var bytes = 0
    private(set) var evictions = 0

    /// What an entry takes besides its body, about.
    private static let overhead = 512

    init(bytesMax: Int, countMax: Int) { (self.bytesMax, self.countMax) = (bytesMax, countMax) }

    var count: Int { entries.count }

    mutating func answer(for key: CacheKey) -> CachedAnswer? {
        guard let entry = entries[key] else { return nil }
        touch(key)
        return entry.answer
    }

    mutating func keep(_ answer: CachedAnswer, for key: CacheKey) {
        remove(key)
        guard Self.size(answer) <= bytesMax else { return }
        entries[key] = Entry(answer: answer, used: clock)
        bytes += Self.size(answer)
        touch(key)
        while bytes > bytesMax || entries.count > countMax { evictOldest() }
    }

    mutating func remove(_ key: CacheKey) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        bytes -= Self.size(entry.answer)
    }

    mutating func removeAll(workspace: String?) -> Int {
        let keys = entries.filter { workspace == nil || $0.value.answer.workspace == workspace }.map(\.key)
        for key in keys { remove(key) }
        return keys.count
    }

    private mutating func touch(_ key: CacheKey) {
        clock += 1
        entries[key]?.used = clock
        queue.append((clock, key))
        if queue.count > 64 + 4 * entries.count { compact() }
    }

    private mutating func compact() {
        queue = queue[head...].filter { entries[$0.key]?.used == $0.used }
        head = 0
    }

    private mutating func evictOldest() {
        while head < queue.count {
            let (used, key) = queue[head]
            head += 1
            guard entries[key]?.used == used else { continue }
            evictions += 1
            return remove(key)
        }
    }

    private static func size(_ answer: CachedAnswer) -> Int { answer.body.count + overhead }
}
