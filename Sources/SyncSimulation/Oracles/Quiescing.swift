internal import Changesets
internal import PromptLibrary
internal import ReplicaStore
internal import SyncEngine

/// What must hold when everything works again and all have synced.
extension Simulation {
    private static let roundsMax = 10

    func quiesce() throws {
        try heal()
        for node in everybody { try examineAll(node) }
        let everything = joinOfAll()
        let hasHealed = try syncUntilQuiet()
        for node in everybody { try examineAll(node) }
        try compareAll()
        try checkReference()
        try checkZombies()
        if !hasHealed { try checkJoin(everything) }
        for node in everybody {
            try checkDoctor(node)
            try checkCrowding(node)
        }
        try upgradeEverybody()
        try checkWork()
    }

    /// The network works, the clocks are right.
    private func heal() throws {
        isAccessOpen = true
        for node in everybody {
            node.clock.setRight()
            node.unreachableUntil = 0
        }
        try deliverLate()
        for node in everybody { try wakeUp(node) }
    }

    /// A copy that has not written since it was made takes its id before anybody joins what it holds.
    private func wakeUp(_ node: VirtualNode) throws {
        if try !node.isFolded { try settle(node) }
        if node.isServer { _ = try node.replica.serverIdentity() } else { _ = try node.replica.clientIdentity() }
        try observe(node, .healing)
    }

    /// - Returns: whether somebody took a new id or new stamps, or was refused something.
    private func syncUntilQuiet() throws -> Bool {
        var last = ""
        var hasHealed = false
        for round in 1...Self.roundsMax {
            var isQuiet = true
            for node in clients {
                let summary = try syncSafely(node)
                last = "\(node.name) \(summary.shown)"
                hasHealed = hasHealed || summary.wasReparented || summary.wasRestamped || !summary.denials.isEmpty
                isQuiet = isQuiet && summary.sent == 0 && summary.received == 0
            }
            trace.add("quiet round \(round): \(last)")
            if isQuiet { return hasHealed }
        }
        throw Violation(.work, "after \(Self.roundsMax) rounds of syncs rows still travel: \(last)")
    }

    /// What anybody holds, joined by the reference.
    private func joinOfAll() -> [Key: ReferenceRow] {
        var joined: [Key: ReferenceRow] = [:]
        for node in everybody {
            for (key, row) in node.reference.rows {
                guard let known = joined[key], let table = tables[key.table] else {
                    joined[key] = row
                    continue
                }
                joined[key] = ReferenceJoin(key, known, row, table).row
            }
        }
        return joined
    }

    /// Where nothing had to be healed, all hold the join of what anybody held, and a journal.
    private func checkJoin(_ joined: [Key: ReferenceRow]) throws {
        for (key, row) in server.reference.rows {
            guard let wanted = joined[key] else {
                try require(key.table == SyncedTable.conflicts.number, .join, "\(key) came out of nothing")
                continue
            }
            // What was collected may have been known to a copy only, or come back without its delete.
            let isAlike = row.isAlike(wanted) || collected.contains(key)
            try require(isAlike, .join, "\(key) is not the join of what all nodes held")
        }
        let lost = joined.first { server.reference.rows[$0.key] == nil && !mayLack($0.key, $0.value) }?.key
        try require(lost == nil, .durability, "\(lost.map(\.description) ?? "") is gone")
    }

    /// All hold the same rows with the same clocks, and show the same.
    func compareAll() throws {
        let wanted = try contents(server)
        for node in clients {
            let found = try contents(node)
            let keys = Set(wanted.keys).union(found.keys).filter { wanted[$0] != found[$0] }.sorted()
            guard !keys.isEmpty else { continue }
            let lines = keys.prefix(5).flatMap { key in
                [
                    "server: \(wanted[key]?.shown(key) ?? "no \(key)")",
                    "\(node.name): \(found[key]?.shown(key) ?? "no \(key)")",
                ]
            }
            throw Violation(
                .convergence,
                "\(node.name) and the server differ in \(keys.count) rows\n\(lines.joined(separator: "\n"))")
        }
        for alike in [everybody.filter { !$0.isLater }, everybody.filter(\.isLater)] where !alike.isEmpty {
            let digests = try alike.map { try $0.library.digest() }
            try require(Set(digests).count == 1, .convergence, "the digests of equal rows differ")
            trace.add("digest \(digests[0])")
        }
    }

    private func contents(_ node: VirtualNode) throws -> [Key: StoredRow] {
        Dictionary(try node.rows.rows(after: 0).map { ($0.key, $0.row) }, uniquingKeysWith: { $1 })
    }

    /// The references converged too, by transactions that no two copies share.
    private func checkReference() throws {
        for node in clients {
            for (key, row) in node.reference.rows {
                guard let other = server.reference.rows[key] else {
                    throw Violation(.convergence, "the server lacks \(key)")
                }
                let isSame = row.isAlive == other.isAlive && row.cells.map(\.value) == other.cells.map(\.value)
                try require(isSame, .convergence, "\(node.name) and the server should show \(key) differently")
            }
        }
    }

    func checkDoctor(_ node: VirtualNode) throws {
        if let finding = try node.replica.examine(deep: true).first {
            throw Violation(.damage, "\(node.name): \(finding.kind.rawValue) \(finding.table ?? "") \(finding.detail)")
        }
    }

    /// What is kept about tips says the same as the tips.
    private func checkCrowding(_ node: VirtualNode) throws {
        let wanted = try node.shell.run(
            """
            SELECT DISTINCT prompt_id FROM tips WHERE prompt_id IN (SELECT id FROM prompts)
            GROUP BY prompt_id, branch HAVING count(*) > 1 ORDER BY prompt_id
            """
        ).compactMap { $0[0].blob.flatMap { RowID($0) } }
        let found = try node.replica.read { try $0.promptsWithSeveralTips() }
        try require(found == wanted, .damage, "\(node.name) finds \(found.count) crowded prompts of \(wanted.count)")
    }

    /// One edit travels as one row.
    private func checkWork() throws {
        guard let writer = clients.first, let reader = clients.last, writer !== reader,
            let id = try writer.shell.run("SELECT id FROM prompts ORDER BY id LIMIT 1").first?[0].blob,
            let prompt = RowID(id)
        else { return }
        try writer.library.rename(prompt.hex, to: "the last edit")
        // A clock that had been ahead shows with the first edit.
        _ = try syncSafely(writer)
        try writer.library.rename(prompt.hex, to: "the very last edit")
        _ = try syncSafely(reader)
        let sent = try syncSafely(writer).sent
        let received = try syncSafely(reader).received
        try require(sent == 1 && received == 1, .work, "one edit travelled as \(sent) rows and arrived as \(received)")
    }
}
