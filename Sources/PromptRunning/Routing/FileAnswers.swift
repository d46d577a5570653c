internal import Changesets
package import Completions
internal import FoundationEssentials
package import ReplicaStore

/// Answers kept in a data directory: what a node was answered once it can say again without a network.
package struct FileAnswers: AnswerStorage {
    private let files: KeptFiles

    package init(_ directory: DataDirectory) {
        files = KeptFiles(path: "\(directory.path)/answers", ageMax: 3600, bytesMax: 64 << 20)
    }

    package func answer(for key: CacheKey) async throws -> CachedAnswer? {
        try files.prune()
        return files.contents(hexadecimal(key.bytes)).flatMap { KeptAnswer.reading($0) }
    }

    package func keep(_ answer: CachedAnswer, for key: CacheKey) async throws {
        guard let text = try KeptAnswer.text(answer) else { return }
        try files.keep(Data(text.utf8), as: hexadecimal(key.bytes))
    }

    package func clear(workspace: String?) async throws -> Int {
        let gone = try files.entries().filter { entry in
            let kept = FileManager.default.contents(atPath: entry.path).flatMap { KeptAnswer.reading($0) }
            return workspace == nil || kept == nil || kept?.workspace == workspace
        }
        for entry in gone { files.remove(entry) }
        return gone.count
    }
}
