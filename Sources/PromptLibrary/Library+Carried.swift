internal import Changesets
internal import ReplicaStore

/// A row that somebody brought to this server for another, and answers for: "A, via B".
package struct CarriedView: Encodable, Sendable, Equatable {
    package var table: String
    package var rowID: String
    /// The user or the node whose work it is, by name where that is known here.
    package var author: String
    /// The account that pushed it, by its id.
    package var account: String
    /// The node that pushed it.
    package var node: String
    /// Unix milliseconds.
    package var carriedAt: Int64

    enum CodingKeys: String, CodingKey {
        case table, author, account, node
        case rowID = "row_id"
        case carriedAt = "carried_at"
    }
}

extension Library {
    /// What was carried, the newest first; only a server notes it.
    package func carried(_ page: PageRequest = PageRequest()) throws -> Listing<CarriedView> {
        try replica.read { reading in
            try page.page(of: reading.carriedRows().reversed().map { try CarriedView($0, reading) })
        }
    }
}

extension CarriedView {
    fileprivate init(_ row: CarriedRow, _ reading: ReadTransaction) throws {
        let user = try row.authorUser.map { try reading.userName($0) ?? $0.hex }
        let replica = try row.authorReplica.map { try reading.nodeName($0.rowID) ?? $0.rowID.hex }
        table = row.table
        rowID = row.row.hex
        author = user ?? replica ?? ""
        account = row.account
        node = try reading.nodeName(row.replica.rowID) ?? row.replica.rowID.hex
        carriedAt = row.carriedAt
    }
}
