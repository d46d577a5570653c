internal import Changesets
internal import ReplicaStore

/// What may have happened to a node since it was last looked at.
enum Cause {
    /// Transactions of its own, and nothing else.
    case own
    /// A join of just this.
    case join([Incoming], denied: Set<Key>)
    /// A new replica id or new stamps: nobody may see a difference.
    case healing
    /// A join of just this, in the middle of which the process died.
    case crashed([Incoming])
    /// Any of these; what came is named.
    case unknown([Incoming])
}

extension Simulation {
    /// Looks at what changed on a node, holds it against what the reference says, and brings the
    /// reference up to date. What is not folded yet is looked at another time.
    func observe(_ node: VirtualNode, _ cause: Cause) throws {
        guard try node.isFolded else { return }
        let (former, replica) = (node.reference.replica, try node.replicaID)
        node.reference.take(replica)
        for key in node.mayBeDenied where try node.rows.row(key) == nil {
            node.reference.note(key, was: node.reference.rows[key], is: nil)
            node.reference.rows[key] = nil
        }
        let (rows, position, count) = try look(at: node, former, replica, cause)
        node.reference.take(rows)
        node.reference.position = position ?? node.reference.position
        if former.map({ $0 != replica }) ?? false { node.savedSeq = 0 }
        trace.note(node.name, count, try node.lastSeq)
    }

    /// - Returns: the rows that are to be others in the reference, the position of the last that changed, and how
    ///   many did.
    private func look(
        at node: VirtualNode, _ former: ReplicaID?, _ replica: ReplicaID, _ cause: Cause
    ) throws -> (rows: [Key: ReferenceRow?], position: Int64?, count: Int) {
        let hasNewID = former.map { $0 != replica } ?? false
        var observation = Observation(
            node: node, replica: replica, former: former, before: node.reference.rows,
            changed: try node.rows.rows(after: node.reference.position), dots: dots, collected: collected,
            isLost: { [unowned self] in
                let isRight = try mayBeLost($0, $1, at: node) || mayBeLeftToPull($0, $1, at: node)
                return try isRight && node.rows.row($0) == nil
            })
        switch cause {
        case .own where !hasNewID: try observation.checkOwn()
        case .join(let incoming, let denied) where !hasNewID: try observation.checkJoin(incoming, denied)
        case .crashed(let incoming) where !hasNewID: try observation.checkAtomic(incoming)
        case .healing: try observation.checkHealing()
        case .join(let incoming, _), .crashed(let incoming), .unknown(let incoming):
            try observation.checkAnything(incoming)
        case .own: try observation.checkAnything([])
        }
        try checkVanished(node, &observation.after)
        for (key, _, _) in observation.changed {
            guard let after = observation.after[key] else { continue }
            observation.after[key] = node.reference.remembering(key, after)
            node.reference.note(key, was: observation.before[key], is: observation.after[key])
        }
        for (key, _, _) in observation.changed {
            for dot in observation.after[key]?.dots ?? [] where dot.incarnation == node.incarnation {
                dots.note(dot)
            }
        }
        return (observation.after.changes, observation.changed.last?.position, observation.changed.count)
    }

    /// Looks at what became of a join that an error may have cut short.
    func observeRisk(_ node: VirtualNode) throws {
        guard let risk = node.atRisk else { return try observe(node, .unknown([])) }
        node.atRisk = nil
        try observe(node, risk.isKnown ? .crashed(risk.incoming) : .unknown(risk.incoming))
    }

    /// Folds what is pending, so that the next observation can say more.
    func settle(_ node: VirtualNode) throws {
        try node.replica.foldPending()
        try observe(node, .own)
    }

    /// Whether nothing is pending that has not been looked at.
    func isSettled(_ node: VirtualNode) throws -> Bool {
        try node.isFolded
            && node.shell.integer("SELECT coalesce(max(position), 0) FROM row_clocks") == node.reference.position
    }

    /// Holds every row of a node against the reference, those too that did not change by their clocks.
    func examineAll(_ node: VirtualNode) throws {
        try settle(node)
        let stored = try node.rows.rows(after: 0)
        try require(
            stored.count == node.reference.rows.count, .durability,
            "\(node.name) has \(stored.count) rows where there should be \(node.reference.rows.count)")
        for (key, row, _) in stored {
            guard let reference = node.reference.rows[key] else {
                throw Violation(.durability, "\(node.name) has \(key), and should not")
            }
            if let difference = reference.difference(from: row) {
                throw Violation(.capture, "\(node.name): \(key): \(difference)")
            }
        }
        for table in node.schema.tables.all {
            let present = try node.shell.integer("SELECT count(*) FROM \(table.name)")
            let living = stored.count { $0.key.table == table.number && $0.row.isPresent }
            try require(present == living, .capture, "\(node.name) has \(present) \(table.name), \(living) by clocks")
        }
    }
}

/// Which incarnation sealed a transaction, for those that a node meets without knowing from whom.
final class TrueDots {
    private var incarnations: [Dot: Int] = [:]

    func note(_ dot: TrueDot) { incarnations[dot.dot] = dot.incarnation }
    func named(_ dot: Dot) -> TrueDot { TrueDot(dot: dot, incarnation: incarnations[dot] ?? -1) }
}
