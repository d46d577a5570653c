package import Changesets
package import ReplicaStore

/// The use cases on one workspace's library. Every face (CLI, REST, web) calls these and holds no
/// rules of its own.
package struct Library: Sendable {
    package let replica: Replica

    package init(_ replica: Replica) { self.replica = replica }

    /// It counts, and so takes longer the more there is.
    package func status() throws -> ReplicaStatus { try replica.read { try $0.status() } }

    /// Which workspace it is.
    package var workspace: RowID { get throws { try replica.read { try $0.workspaceID() } } }

    /// Empty before a new replica's first sync.
    package var workspaceName: String { get throws { try replica.read { try $0.workspaceName() } ?? "" } }

    /// What the others call this machine.
    func nameNode(_ name: String) throws {
        try LibraryError.check(name: name)
        try replica.write { try $0.nameNode(name) }
    }

    /// The server's name for the workspace is everybody's.
    func takeName(_ name: String) throws {
        try replica.write { transaction in
            // A library that has not been synced yet gets the row with its first sync.
            guard let own = try transaction.reading.workspaceName(), own != name else { return }
            try transaction.update(.workspaces, transaction.workspace, ["name": .text(name)])
        }
    }

    /// By which two replicas can be told equal: 64 hexadecimal digits.
    package func digest() throws -> String { try replica.read { try $0.visibleDigest().description } }
}

/// What people see of an id: its last eight digits, as the first ones of UUIDv7 are the time.
package func shortID(_ id: RowID) -> String { String(id.hex.suffix(8)) }

/// Ids of rows with a natural key: two nodes that add the same thing add one row.
enum NaturalKey {
    static func tip(_ prompt: RowID, branch: String, _ version: RowID) -> RowID {
        .derived(table: "tips", key: [prompt.bytes, Array(branch.utf8), version.bytes])
    }

    static func tag(_ prompt: RowID, _ tag: String) -> RowID {
        .derived(table: "tags", key: [prompt.bytes, Array(tag.utf8)])
    }

    static func metadata(_ prompt: RowID, _ key: String) -> RowID {
        .derived(table: "metadata", key: [prompt.bytes, Array(key.utf8)])
    }

    static func favourite(_ user: RowID, _ prompt: RowID) -> RowID {
        .derived(table: "favourites", key: [user.bytes, prompt.bytes])
    }

    /// A project named in a file.
    static func importedProject(_ name: String) -> RowID { .derived(table: "projects", key: [Array(name.utf8)]) }

    static func preference(_ owner: RowID, _ key: String) -> RowID {
        .derived(table: "preferences", key: [owner.bytes, Array(key.utf8)])
    }

    static func groupEntry(_ group: RowID, _ prompt: RowID) -> RowID {
        .derived(table: "group_entries", key: [group.bytes, prompt.bytes])
    }

    /// A prompt out of a file: the occurrence counts rows of the same name and text.
    static func imported(name: String, body: String, occurrence: Int) -> RowID {
        .derived(table: "prompts", key: [Array(name.utf8), Array(body.utf8), Array(String(occurrence).utf8)])
    }
}
