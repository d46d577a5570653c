internal import FoundationEssentials
internal import ReplicaStore

/// Files of a folder for its owner's eyes only, bounded in age and in bytes; the oldest go first.
struct KeptFiles: Sendable {
    private static let suffix = ".json"

    let path: String
    /// In seconds.
    let ageMax: Double
    /// Of all of them together.
    let bytesMax: Int

    struct Entry {
        var path: String
        var bytes: Int
        var writtenAt: Date
    }

    /// - Parameter name: of hexadecimal digits and dashes.
    func contents(_ name: String) -> Data? { FileManager.default.contents(atPath: file(name)) }

    func keep(_ data: Data, as name: String) throws {
        guard data.count <= bytesMax else { return }
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try SecretFile.write(data, to: file(name))
        try prune()
    }

    private func file(_ name: String) -> String { "\(path)/\(name)\(Self.suffix)" }

    func entries() throws -> [Entry] {
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

    func remove(_ entry: Entry) { try? FileManager.default.removeItem(atPath: entry.path) }

    func prune() throws {
        let oldest = Date().addingTimeInterval(-ageMax)
        var total = 0
        for entry in try entries().sorted(by: { $0.writtenAt > $1.writtenAt }) {
            total += entry.bytes
            if entry.writtenAt < oldest || total > bytesMax { remove(entry) }
        }
    }
}
