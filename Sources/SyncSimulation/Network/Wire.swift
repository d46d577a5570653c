internal import Changesets
internal import ReplicaStore
internal import SyncEngine
internal import SyncProtocol

/// The connection went, or one of the two that it connected.
struct ConnectionLost: Error {}

extension Simulation {
    /// One request at the server, held against the reference.
    func serve(_ request: SyncRequest) throws -> SyncReply {
        do {
            try settle(server)
            let incoming = try incoming(of: request)
            server.atRisk = incoming.isEmpty ? nil : Risk(incoming: incoming, isKnown: true)
            let hidden = Set(incoming.map(\.key)).filter { !(server.reference.rows[$0]?.isAlive ?? false) }
            let reply = try answer(request)
            server.atRisk = nil
            try observe(server, cause(of: reply, incoming))
            if case .push(let push) = request { noteRevivals(hidden, by: ReplicaID(push.replicaID)) }
            if let page = reply.page {
                try register(page, server.reference.rows)
                try checkSent(page, for: request)
            }
            return reply
        } catch let error where server.disk.isDead && !(error is Violation) {
            try crash(server)
            throw ConnectionLost()
        }
    }

    /// Refusals change nothing, but what a restored server does to itself at the first request.
    private func answer(_ request: SyncRequest) throws -> SyncReply {
        do {
            guard let actor = try sender(of: request) else { throw ConnectionLost() }
            return try ServerSync(server.replica, by: actor).handle(request)
        } catch let refusal as SyncRefusal {
            server.atRisk = nil
            try observe(server, .healing)
            throw refusal
        }
    }

    private func incoming(of request: SyncRequest) throws -> [Incoming] {
        guard case .push(let push) = request, push.last else { return [] }
        let parts = try server.shell.run(
            "SELECT page FROM staged_parts WHERE replica_id = ? AND push_id = ? AND part < ? ORDER BY part",
            [.blob(Bytes(push.replicaID)), .blob(Bytes(push.pushID)), .integer(Int64(push.part))])
        return try parts.flatMap { try known(Array($0[0].blob ?? [])) } + known([UInt8](push.page))
    }

    private func cause(of reply: SyncReply, _ incoming: [Incoming]) -> Cause {
        switch reply {
        case .handshake: return .healing
        case .push(let reply):
            let denied = reply.denials.compactMap { denial in
                SyncedTables.later.named(denial.table).flatMap { table in RowID(denial.rowID).map { Key(table, $0) } }
            }
            return .join(incoming, denied: Set(denied))
        case .pull, .digest, .rows, .label: return .own
        }
    }

    /// Remembers what the reference knows of the rows in a page that is about to travel.
    func register(_ page: [UInt8], _ reference: [Key: ReferenceRow]) throws {
        guard !page.isEmpty else { return }
        pages[page] = try ChangesetPage(encoded: page[...]).batches.flatMap { batch in
            try batch.rows.map { row in
                guard let table = SyncedTables.later.named(batch.table), let known = reference[Key(table, row.id)]
                else {
                    throw Violation(.join, "a row of \(batch.table) travels that its sender does not have")
                }
                let key = Key(table, row.id)
                let stored = StoredRow(row, of: batch, table)
                if let difference = known.difference(from: stored) {
                    throw Violation(.join, "\(key) travels otherwise than its sender has it: \(difference)")
                }
                return Incoming(key: key, row: known)
            }
        }
    }

    func known(_ page: [UInt8]) throws -> [Incoming] {
        if page.isEmpty { return [] }
        guard let rows = pages[page] else { throw Violation(.join, "a page is joined that nobody sent") }
        return rows
    }
}
