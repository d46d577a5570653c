import Yams

/// A server's settings in a file of YAML: a setting a line, each by its name.
struct SettingsFile {
    let path: String
    private(set) var values: [ServerSetting: String] = [:]

    private static let bytesMax = 1 << 20

    /// - Throws: `CommandError`, which names the line and the key that is wrong.
    init(_ path: String) throws {
        self.path = path
        let text = String(decoding: try InputFile.bytes(path, atMost: Self.bytesMax), as: UTF8.self)
        for (key, value) in try Self.mapping(text, path) {
            let place = "\(path):\(key.mark?.line ?? 1)"
            guard let name = key.scalar?.string, let setting = ServerSetting(rawValue: name) else {
                throw CommandError(.usage, "\(place): there is no setting “\(key.scalar?.string ?? "")”")
            }
            guard let text = Self.text(value) else {
                throw CommandError(.usage, "\(place): “\(name)” takes a value, or a list of values")
            }
            values[setting] = text
        }
    }

    private static func mapping(_ text: String, _ path: String) throws -> [(Node, Node)] {
        do {
            guard let node = try Yams.compose(yaml: text) else { return [] }
            if let mapping = node.mapping { return mapping.map { ($0.key, $0.value) } }
        } catch {
            throw CommandError(.usage, "\(path) is no YAML: \(error)")
        }
        throw CommandError(.usage, "\(path) is no list of settings, such as “listen: 127.0.0.1:7331”")
    }

    /// Of a list, its values with commas between.
    private static func text(_ node: Node) -> String? {
        if let sequence = node.sequence {
            let texts = sequence.compactMap { $0.scalar?.string }
            return texts.count == sequence.count ? texts.joined(separator: ",") : nil
        }
        return node.null == nil ? node.scalar?.string : nil
    }
}
