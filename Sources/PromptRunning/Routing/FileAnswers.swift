package import Completions
internal import FoundationEssentials
package import ReplicaStore

/// Answers kept in a data directory, a file each, for its owner's eyes only: what a node was answered once it can
/// say again without a network. They are bounded in age and in bytes; the oldest go first.
package struct FileAnswers: AnswerStorage {
    /// In seconds.
    package static let ageMax: Double = 3600
    /// Of all of them together.
    package static let bytesMax = 64 << 20
    private static let suffix = ".json"

    private let path: String

    package init(_ directory: DataDirectory) { path = "\(directory.path)/answers" }

    package func answer(for key: CacheKey) async throws -> CachedAnswer? {
        try prune()
        return FileManager.default.contents(atPath: file(key)).flatMap { KeptAnswer.reading($0) }
    }

    package func keep(_ answer: CachedAnswer, for key: CacheKey) async throws {
        guard let text = try KeptAnswer.text(answer), text.utf8.count <= Self.bytesMax else { return }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try SecretFile.write(Data(text.utf8), to: file(key))
        try prune()
    }

    package func clear(workspace: String?) async throws -> Int {
        let gone = try entries().filter { entry in
            let kept = FileManager.default.contents(atPath: entry.path).flatMap { KeptAnswer.reading($0) }
            return workspace == nil || kept == nil || kept?.workspace == workspace
        }
        for entry in gone { remove(entry) }
        return gone.count
    }

    private func file(_ key: CacheKey) -> String {
        "\(path)/\(key.bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())\(Self.suffix)"
    }

    private struct Entry {
        var path: String
        var bytes: Int
        var writtenAt: Date
    }

    private func entries() throws -> [Entry] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(Self.suffix) }
            .compactMap { name in
                // One that another process removed meanwhile is none.
                guard let facts = try? FileManager.default.attributesOfItem(atPath: "\(path)/\(name)"),
                    let date = facts[.modificationDate] as? Date
                else { return nil }
                return Entry(path: "\(path)/\(name)", bytes: (facts[.size] as? Int) ?? 0, writtenAt: date)
            }
    }

    private func remove(_ entry: Entry) { try? FileManager.default.removeItem(atPath: entry.path) }

    private func prune() throws {
        let oldest = Date().addingTimeInterval(-Self.ageMax)
        var total = 0
        for entry in try entries().sorted(by: { $0.writtenAt > $1.writtenAt }) {
            total += entry.bytes
            if entry.writtenAt < oldest || total > Self.bytesMax { remove(entry) }
        }
    }
}
