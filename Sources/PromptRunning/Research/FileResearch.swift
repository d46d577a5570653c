internal import FoundationEssentials
package import ReplicaStore
internal import WebResearch

/// Searches and reports kept in a data directory, a file each, for its owner's eyes only, so that a command knows what
/// an earlier one has looked up. They are bounded in age and in bytes; the oldest go first.
package struct FileResearch: ResearchStorage {
    private let files: KeptFiles

    package init(_ directory: DataDirectory) {
        files = KeptFiles(path: "\(directory.path)/research", ageMax: 86_400, bytesMax: 16 << 20)
    }

    package func bytes(for key: String) async -> [UInt8]? {
        try? files.prune()
        return files.contents(name(key)).map { [UInt8]($0) }
    }

    package func keep(_ bytes: [UInt8], for key: String, seconds: Int) async {
        try? files.keep(Data(bytes), as: name(key))
    }

    package func removeAll() async { for entry in (try? files.entries()) ?? [] { files.remove(entry) } }

    /// Keys are hashes with their kind before them.
    private func name(_ key: String) -> String { String(key.map { $0 == ":" ? "-" : $0 }) }
}
