/// Work that may take only so long.
enum TimeLimit {
    /// What runs out of time is cancelled, so it has to end when it is.
    static func run<Value: Sendable>(
        milliseconds: Int, or error: ResearchError, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: .milliseconds(max(0, milliseconds)))
                return nil
            }
            guard let first = try await group.next(), let value = first else { throw error }
            return value
        }
    }
}
