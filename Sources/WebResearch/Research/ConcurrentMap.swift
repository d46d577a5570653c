/// Works items off, some at once.
enum ConcurrentMap {
    /// - Returns: in the order of the items.
    static func run<Item: Sendable, Value: Sendable>(
        _ items: [Item], atOnce: Int, _ body: @escaping @Sendable (Item) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: (Int, Value).self) { group in
            var waiting = items.enumerated().makeIterator()
            func startNext() {
                guard let (index, item) = waiting.next() else { return }
                group.addTask { (index, try await body(item)) }
            }
            for _ in 0..<max(1, atOnce) { startNext() }
            var found: [(Int, Value)] = []
            while let one = try await group.next() {
                found.append(one)
                startNext()
            }
            return found.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }
}
