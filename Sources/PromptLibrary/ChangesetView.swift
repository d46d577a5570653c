package import Changesets

/// A changeset file for people to look into: everything that is in it, without joining any of it.
package struct ChangesetView: Encodable, Sendable {
    package struct Table: Encodable, Sendable {
        package var table: String
        package var rows: [Row]
    }

    package struct Row: Encodable, Sendable {
        package var id: String
        package var isAlive: Bool
        package var values: [String: String?]
        /// The replica and number of each transaction that the row contains.
        package var edits: [String]
        package var deletes: [String]
        /// When a column, or the delete, was written last: Unix milliseconds.
        package var writtenAt: Int64

        enum CodingKeys: String, CodingKey {
            case id, values, edits, deletes
            case isAlive = "is_alive"
            case writtenAt = "written_at"
        }
    }

    /// Who signed it; its signature is right.
    package struct Signature: Encodable, Sendable {
        /// Hexadecimal digits.
        package var key: String
        /// The node whose key it is; nil where it is not known here.
        package var node: String?
    }

    package var workspace: String
    package var workspaceID: String
    package var node: String
    package var replicaID: String
    package var schemaVersion: Int
    package var since: Int64
    package var position: Int64
    /// Nil where nobody signed it.
    package var signature: Signature?
    package var tables: [Table]

    enum CodingKeys: String, CodingKey {
        case workspace, node, since, position, signature, tables
        case workspaceID = "workspace_id"
        case replicaID = "replica_id"
        case schemaVersion = "schema_version"
    }

    /// - Parameter signer: as the library of the file's workspace has it, if it is here.
    /// - Throws: `ChangesetError` where a page of the file can't be read.
    package init(_ file: ChangesetFile, signer: FileSigner? = nil) throws {
        workspace = file.header.workspaceName
        workspaceID = file.header.workspace.hex
        node = file.header.nodeName
        replicaID = file.header.replica.rowID.hex
        schemaVersion = file.header.schemaVersion
        since = file.header.since
        position = file.header.next
        signature = Self.signature(file, signer)
        tables = try file.pages.flatMap { try ChangesetPage(encoded: $0).batches }.map { batch in
            Table(table: batch.table, rows: batch.rows.map { Row($0, batch.columns) })
        }
    }

    private static func signature(_ file: ChangesetFile, _ signer: FileSigner?) -> Signature? {
        guard !file.header.publicKey.isEmpty else { return nil }
        let key = hexadecimal(file.header.publicKey)
        guard case .known(let node)? = signer else { return Signature(key: key, node: nil) }
        return Signature(key: key, node: node)
    }
}

extension ChangesetView.Row {
    fileprivate init(_ row: RowState, _ columns: [String]) {
        let name = { (dot: Dot) in "\(shortID(dot.replica.rowID)):\(dot.seq)" }
        self.init(
            id: row.id.hex, isAlive: row.clock.isAlive,
            values: Dictionary(zip(columns, row.values.map(\.text)), uniquingKeysWith: { first, _ in first }),
            edits: row.clock.edits.entries.map(name), deletes: row.clock.deletes.entries.map(name),
            writtenAt: row.clock.latestTime.milliseconds)
    }
}
