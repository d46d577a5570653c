package import Foundation

/// Where the protocol's vectors are.
package enum VectorFolder {
    package static let syncProtocol = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(components: "..", "..", "sync-protocol").standardizedFileURL

    package static let url = syncProtocol.appending(component: "vectors")

    package static func files(_ folder: String, _ ending: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: url.appending(component: folder), includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == ending }.sorted { $0.path() < $1.path() }
    }

    /// The cases of a JSON file, which is an array of them.
    package static func cases<Case: Decodable>(_ path: String, of type: Case.Type = Case.self) throws -> [Case] {
        try JSONDecoder().decode([Case].self, from: Data(contentsOf: url.appending(path: path)))
    }
}
