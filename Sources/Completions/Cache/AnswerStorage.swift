/// Where answers are kept: in memory, or in a layer behind it that outlives the process or is shared.
package protocol AnswerStorage: Sendable {
    /// - Returns: the answer, however old it is; nil where there is none.
    func answer(for key: CacheKey) async throws -> CachedAnswer?
    func keep(_ answer: CachedAnswer, for key: CacheKey) async throws
    /// - Parameter workspace: nil for all.
    /// - Returns: how many answers there were.
    func clear(workspace: String?) async throws -> Int
}
