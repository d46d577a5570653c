internal import Changesets
internal import GRDB
internal import SyncEngine

/// Does with refused rows as the protocol says: the server's state takes their place, and the
/// refused state goes to the orphan area, from where its author can take it out.
struct DenialHandling {
    private let transaction: WriteTransaction
    private let head: Int64
    /// What belongs to rows that are gone, as the server has none that may be seen here.
    private var left: Set<RowKey> = []
    /// What went with them.
    private(set) var losses = Losses()

    /// - Parameter head: rows with a later position changed since they were pushed, and go again.
    init(_ transaction: WriteTransaction, upTo head: Int64) {
        self.transaction = transaction
        self.head = head
    }

    mutating func run(_ outcome: PushOutcome) throws {
        guard !outcome.denials.isEmpty else { return }
        let served = try serverStates(outcome.serverRows)
        losses = try transaction.withoutCapture {
            for denial in outcome.denials { try deny(denial, served) }
            // What belongs to them may be clean: it was seen once.
            return try Losing(transaction).loseRest(left)
        }
    }

    private func serverStates(_ page: [UInt8]) throws -> [RowKey: RowState] {
        guard !page.isEmpty else { return [:] }
        let rules = RowRules(transaction.database)
        var states: [RowKey: RowState] = [:]
        for batch in try ChangesetPage(encoded: page[...]).batches {
            let table = try transaction.rows.table(of: batch)
            let aligned = try rules.alignment(of: batch, to: table)
            for state in batch.rows.map({ aligned($0) }) {
                if let reason = try rules.objection(to: state, in: table) {
                    throw SyncRefusal(.malformed, "the server sent a row that can't be: \(reason)")
                }
                states[RowKey(table: table.number, id: state.id)] = state
            }
        }
        return states
    }

    private mutating func deny(_ denial: RowDenial, _ served: [RowKey: RowState]) throws {
        guard let table = try transaction.rows.table(named: denial.table) else { return }
        let key = RowKey(table: table.number, id: denial.row)
        guard let entry = try transaction.clocks.entry(key), entry.position <= head else { return }
        if let state = try transaction.rows.state(key, entry.clock)?.state {
            try transaction.setAside(state, of: table, as: .refused, denial.reason)
        }
        if let state = served[key] {
            try transaction.rows.kept.forget(key)
            try transaction.rows.write(state, key, wasAlive: entry.clock.isAlive)
            try transaction.clocks.store(
                key, ClockTable.Entry(clock: state.clock, position: transaction.nextPosition(), isDirty: false))
            try transaction.setHash(state.hash(of: table.shape), of: key, insteadOf: entry.hash)
            transaction.identity.lastTime = max(transaction.identity.lastTime, state.clock.latestTime)
        } else {
            // The server has no such row, or we may not see it: it leaves without a trace.
            try left.formUnion(Losing(transaction).company(of: key))
            try transaction.erase(key)
        }
    }
}
