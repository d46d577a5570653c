package import Completions
package import PromptLibrary
package import ReplicaStore

/// What a node can answer by itself: what it was answered before, and what the workspace shares.
package struct NodeAnswers: AnswerStorage {
    private let files: FileAnswers
    private let library: Library

    package init(_ directory: DataDirectory, _ library: Library) {
        (files, self.library) = (FileAnswers(directory), library)
    }

    package func answer(for key: CacheKey) async throws -> CachedAnswer? {
        if let own = try await files.answer(for: key) { return own }
        return try library.sharedAnswer(key.bytes).flatMap { KeptAnswer.reading($0.answer.utf8) }
    }

    package func keep(_ answer: CachedAnswer, for key: CacheKey) async throws {
        try await files.keep(answer, for: key)
    }

    package func clear(workspace: String?) async throws -> Int { try await files.clear(workspace: workspace) }
}
