internal import Changesets
internal import ReplicaStore

/// A style that comes with Offbook. It is no row until somebody edits it.
package struct BuiltInStyle: Sendable, Hashable {
    package var name: String
    package var description: String
    package var body: String

    package init(name: String, description: String, body: String) {
        self.name = name
        self.description = description
        self.body = body
    }
}

package struct StyleView: Encodable, Sendable, Equatable {
    /// `builtin`, `edited` for a built-in one with a text of its own here, or `custom`.
    package enum Source: String, Encodable, Sendable { case builtIn = "builtin", edited, custom }

    package var name: String
    package var description: String
    package var body: String
    package var source: Source
    /// Such as `v2`; nil for a built-in one as it came.
    package var version: String?

    init(_ style: BuiltInStyle) {
        (name, description, body, source) = (style.name, style.description, style.body, .builtIn)
    }

    init(_ name: String, _ version: StyleVersionView, isBuiltIn: Bool) {
        self.name = name
        description = version.description
        body = version.body
        source = isBuiltIn ? .edited : .custom
        self.version = version.name
    }
}

/// One immutable text of a style.
package struct StyleVersionView: Encodable, Sendable, Equatable {
    package var id: String
    /// Such as `v2`, or `v2~1a2b3c4d` where several were made from one.
    package var name: String
    package var parent: String?
    package var description: String
    package var body: String
    package var message: String
    package var author: String?
    package var node: String?
    /// Unix milliseconds.
    package var createdAt: Int64
    /// Whether the style points at it.
    package var isCurrent: Bool

    enum CodingKeys: String, CodingKey {
        case id, name, parent, description, body, message, author, node
        case createdAt = "created_at"
        case isCurrent = "is_current"
    }
}

extension ReadTransaction {
    /// The newest first.
    func versionViews(of style: StyleRecord) throws -> [StyleVersionView] {
        let versions = try versions(ofStyle: style.id)
        let crowded = Dictionary(grouping: versions, by: \.generation).filter { $0.value.count > 1 }
        return try versions.map { version in
            let name = "v\(version.generation)"
            return StyleVersionView(
                id: version.id.hex, name: crowded[version.generation] == nil ? name : "\(name)~\(shortID(version.id))",
                parent: version.parent?.hex, description: version.description, body: version.body,
                message: version.message, author: try version.author.flatMap { try userName($0) },
                node: try version.node.flatMap { try nodeName($0) }, createdAt: version.createdAt,
                isCurrent: version.id == style.version)
        }
    }

    /// The row of that name; of several that a hand has made, the one with the smallest id.
    func style(named name: String) throws -> StyleRecord? {
        try styles().first { $0.name.utf8.elementsEqual(name.utf8) }
    }

    /// What it points at. A version that is not here yet comes with the next sync: until then the newest counts.
    func view(_ style: StyleRecord, _ builtIns: [BuiltInStyle]) throws -> StyleView? {
        let versions = try versionViews(of: style)
        let isBuiltIn = builtIns.contains { $0.name == style.name }
        return (versions.first(where: \.isCurrent) ?? versions.first).map {
            StyleView(style.name, $0, isBuiltIn: isBuiltIn)
        }
    }
}
