internal import Changesets
package import ReplicaStore

/// A row state that is set aside.
package struct OrphanView: Encodable, Sendable, Equatable {
    /// Names it on this node.
    package var number: Int64
    package var kind: OrphanRecord.Kind
    package var table: String
    package var rowID: String
    /// The prompt that it is or belongs to, where its name is known here.
    package var prompt: String?
    package var reason: String
    package var isDeleted: Bool
    /// What it says, by column. What is no text is shown as one.
    package var values: [String: String?]
    /// Unix milliseconds.
    package var setAsideAt: Int64

    enum CodingKeys: String, CodingKey {
        case number, kind, table, prompt, reason, values
        case rowID = "row_id"
        case isDeleted = "is_deleted"
        case setAsideAt = "set_aside_at"
    }
}

extension Library {
    /// What the server refused, and what came in files from clocks far ahead, the oldest first.
    package func orphans(_ page: PageRequest = PageRequest()) throws -> Listing<OrphanView> {
        try replica.read { reading in try page.page(of: reading.orphans().map { try reading.view($0) }) }
    }

    /// Writes what is set aside as new edits of this node. The next sync asks the server again.
    ///
    /// - Parameter numbers: all there are where nil.
    /// - Returns: how many.
    /// - Throws: `notFound` for a number that is not there; nothing has changed then.
    package func acceptOrphans(_ numbers: [Int64]?) throws -> Int {
        try change(numbers) { transaction, number in try transaction.acceptOrphan(number) }
    }

    /// Forgets what is set aside, for good.
    package func dropOrphans(_ numbers: [Int64]?) throws -> Int {
        try change(numbers) { transaction, number in try transaction.dropOrphan(number) }
    }

    private func change(_ numbers: [Int64]?, _ body: (WriteTransaction, Int64) throws -> Void) throws -> Int {
        try replica.write { transaction in
            let known = try transaction.reading.orphans().map(\.number)
            let wanted = numbers ?? known
            if let missing = wanted.first(where: { !known.contains($0) }) {
                throw LibraryError(.notFound, "nothing is set aside under \(missing); see: offbook orphans")
            }
            for number in Set(wanted).sorted() { try body(transaction, number) }
            return Set(wanted).count
        }
    }
}

extension ReadTransaction {
    fileprivate func view(_ orphan: OrphanRecord) throws -> OrphanView {
        let batch = try orphanPage(orphan.number)?.batches.first
        let row = batch?.rows.first
        let values = zip(batch?.columns ?? [], row?.values ?? []).map { ($0, $1) }
        return OrphanView(
            number: orphan.number, kind: orphan.kind, table: orphan.table, rowID: orphan.row.hex,
            prompt: try promptName(orphan, values), reason: orphan.reason, isDeleted: row?.clock.isAlive == false,
            values: Dictionary(values.map { ($0, $1.text) }, uniquingKeysWith: { first, _ in first }),
            setAsideAt: orphan.setAsideAt)
    }

    private func promptName(_ orphan: OrphanRecord, _ values: [(String, Value)]) throws -> String? {
        if orphan.table == SyncedTable.prompts.name {
            return try prompt(orphan.row)?.name ?? values.first { $0.0 == "name" }?.1.text
        }
        guard case .blob(let bytes)? = values.first(where: { $0.0 == "prompt_id" })?.1, let id = RowID(bytes) else {
            return nil
        }
        return try prompt(id)?.name
    }
}
