internal import Changesets
internal import ReplicaStore
internal import SyncEngine
internal import SyncProtocol

/// One sync of one client, an exchange at a time.
final class Session {
    let node: VirtualNode
    var sync: ClientSync<Replica>
    var request: SyncRequest?
    /// What the reference held when the push was read.
    var pushed: [Key: ReferenceRow] = [:]
    /// Random numbers for what the network does.
    var dice: SplitMix64

    init(_ node: VirtualNode, _ dice: SplitMix64) throws {
        self.node = node
        self.dice = dice
        sync = try ClientSync(node.replica)
    }
}

extension Simulation {
    func beginSession(_ node: VirtualNode, _ dice: SplitMix64) throws -> Session {
        try settle(node)
        let session = try Session(node, dice)
        session.request = try session.sync.start()
        try observe(node, .healing)
        return session
    }

    /// One exchange.
    ///
    /// - Returns: whether there is another one to come.
    func step(_ session: Session, isSafe: Bool = false) throws -> Bool {
        guard let request = session.request else { return false }
        if case .push(let push) = request {
            if push.part == 0 { session.pushed = session.node.reference.rows }
            try register([UInt8](push.page), session.pushed)
        }
        do {
            let reply = try isSafe ? serve(request) : carry(request, &session.dice)
            if !isSafe { try disturb(session.node, &session.dice) }
            try receive(reply, session)
        } catch let refusal as SyncRefusal {
            let isKnown = try isSettled(session.node)
            session.request = try session.sync.receive(refusal)
            try observe(session.node, isKnown ? .healing : .unknown([]))
            // What is written now must be later than all that is here, before a pull shows it again.
            if !isSafe, refusal.code == .restamp { try describeFirst(session.node, "after the clock was set") }
        }
        return session.request != nil
    }

    private func receive(_ reply: SyncReply, _ session: Session) throws {
        let node = session.node
        if session.dice.once(in: 2) { try settle(node) }
        let isKnown = try isSettled(node)
        let incoming = try incoming(of: reply, node)
        node.atRisk = incoming.isEmpty ? nil : Risk(incoming: incoming, isKnown: isKnown && !reply.hasVerdicts)
        noteDenials(reply, node)
        session.request = try session.sync.receive(reply)
        node.atRisk = nil
        switch reply {
        case .push where !node.mayBeDenied.isEmpty: try checkOrphans(node, incoming)
        case _ where isKnown && reply.isPulled(before: session.request):
            let denied = session.sync.summary.skipped.compactMap { row in
                SyncedTables.later.named(row.table).map { Key($0, row.row) }
            }
            try observe(node, .join(incoming, denied: Set(denied)))
            node.pulledAt = time.now
        case .rows where try isKnown && !hasStaged(node): try observe(node, .join(incoming, denied: []))
        default: try observe(node, isKnown ? .healing : .unknown(incoming))
        }
    }

    /// A pull that is complete has all staged pages joined, and so have rows got out of turn, the last of
    /// them. What was pushed is answered with the server's states of what it refused.
    func incoming(of reply: SyncReply, _ node: VirtualNode) throws -> [Incoming] {
        if let pull = reply.pull, !pull.complete { return [] }
        guard let page = reply.page else { return [] }
        if reply.hasVerdicts { return try known(page) }
        let staged = try node.shell.run("SELECT page FROM staged_pages ORDER BY n").map { Array($0[0].blob ?? []) }
        return try (staged + [page]).flatMap { try known($0) }
    }

    func hasStaged(_ node: VirtualNode) throws -> Bool {
        try node.shell.integer("SELECT count(*) FROM staged_pages") > 0
    }

    /// The server's states are about to take the place of what it refused, which goes to the orphans.
    func noteDenials(_ reply: SyncReply, _ node: VirtualNode) {
        guard case .push(let push) = reply else { return }
        for denial in push.denials {
            guard let table = SyncedTables.later.named(denial.table), let id = RowID(denial.rowID) else { continue }
            node.mayBeDenied.insert(Key(table, id))
        }
    }

    /// - Parameter incoming: what takes the place of the rows that were denied.
    func checkOrphans(_ node: VirtualNode, _ incoming: [Incoming]) throws {
        for key in node.mayBeDenied {
            let orphans = try node.shell.integer(
                "SELECT count(*) FROM orphans WHERE table_name = ? AND row_id = ?",
                [.text(tables[key.table]?.name ?? ""), .blob(key.id)])
            // One that somebody changed meanwhile is pushed again first.
            try require(
                try orphans > 0 || isChanged(key, node), .durability,
                "\(node.name): \(key) was denied, and is no orphan")
        }
        try observe(node, .unknown(incoming))
        node.mayBeDenied = []
    }
}

extension SyncReply {
    /// The pull that it answers, by itself or with something else.
    var pull: PullReply? {
        switch self {
        case .pull(let reply): reply
        case .push(let reply): reply.hasPull ? reply.pull : nil
        case .handshake(let reply): reply.hasPull ? reply.pull : nil
        case .rows, .digest, .label: nil
        }
    }

    /// The rows that it brings; nil for a reply that brings none.
    var page: [UInt8]? {
        switch self {
        case .rows(let reply): [UInt8](reply.page)
        case .push(let reply) where hasVerdicts: [UInt8](reply.serverRows)
        default: pull.map { [UInt8]($0.page) }
        }
    }

    /// Whether it brings the server's states of what was refused: no pull comes with these.
    var hasVerdicts: Bool { if case .push(let reply) = self { !reply.serverRows.isEmpty } else { false } }

    /// Whether a whole pull has been taken with it. What came with a handshake is left, where there was something to
    /// push by then.
    func isPulled(before next: SyncRequest?) -> Bool {
        guard let pull, pull.complete else { return false }
        guard case .handshake = self else { return true }
        return switch next {
        case .push, .pull, .handshake: false
        default: true
        }
    }
}
