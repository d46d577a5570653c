internal import Crypto

/// What a version's id is the hash of: the same edit made twice is one version, and the same clean
/// merge made on two nodes is one version.
package struct VersionIdentity: Sendable {
    package var prompt: RowID
    package var parents: [RowID]
    package var kind: Bytes
    package var body: Bytes
    package var settings: Bytes
    package var variables: Bytes
    package var type: Bytes

    package init(
        prompt: RowID, parents: [RowID], kind: Bytes, body: Bytes, settings: Bytes, variables: Bytes, type: Bytes
    ) {
        self.prompt = prompt
        self.parents = parents
        self.kind = kind
        self.body = body
        self.settings = settings
        self.variables = variables
        self.type = type
    }

    /// SHA-256 over the seven fields in order, each preceded by its length in bytes as a big-endian
    /// UInt64; parents ascending, one after another.
    package var id: RowID {
        var hasher = SHA256()
        let ancestry = parents.sorted().flatMap(\.bytes)
        for field in [Bytes(prompt.bytes), Bytes(ancestry), kind, body, settings, variables, type] {
            hasher.update(data: bigEndianBytes(UInt64(field.count)))
            hasher.update(data: field)
        }
        return RowID(digest: hasher.finalize())
    }
}
