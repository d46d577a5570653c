internal import Changesets
internal import ReplicaStore

/// What goes round the triggers, on a client or the server: found by looking, and mended from the other side.
extension Simulation {
    /// Longer than a replica waits before it looks at rows again.
    private static let scrubInterval: Int64 = 61_000
    /// What a replica looks at in one go.
    private static let rowsPerScrub: Int64 = 1_000

    func damage(_ node: VirtualNode, _ dice: inout SplitMix64) throws -> String {
        let victim = dice.once(in: 3) ? server : node
        // Of what was not published nobody else could know.
        for _ in 0..<2 { _ = try syncSafely(node) }
        guard try node.shell.integer("SELECT count(*) FROM prompts") > 0 else { return "no prompt" }
        // Nor can he help who may not see it, or is about to edit it.
        guard let key = try publishedRow(of: victim, &dice), node.reference.rows[key] != nil,
            try !firstPrompts(of: node).contains(key)
        else { return "nothing to damage" }
        let what = try damage(key, of: victim, isGone: dice.once(in: 3))
        faults.note(.damage)
        // Once round all rows, and then what it takes to mend.
        let rows = try victim.shell.integer("SELECT count(*) FROM row_clocks")
        for round in 0..<(4 + rows / Self.rowsPerScrub) {
            time.advance(by: Self.scrubInterval)
            // A server looks when it merges.
            try describeFirst(node, "after the damage, \(round)")
            _ = try syncSafely(node)
        }
        try checkMended(key, victim)
        return "\(victim.name): \(key) \(what)"
    }

    /// Those that `describeFirst` edits.
    private func firstPrompts(of node: VirtualNode) throws -> [Key] {
        try node.shell.run("SELECT id FROM prompts ORDER BY id LIMIT 4").compactMap {
            $0[0].blob.flatMap { RowID($0) }.map { Key(.prompts, $0) }
        }
    }

    /// A row that is as it was published.
    private func publishedRow(of node: VirtualNode, _ dice: inout SplitMix64) throws -> Key? {
        let condition = "hash IS NOT NULL AND dirty = 0 AND tbl > 0"
        let count = Int(try node.shell.integer("SELECT count(*) FROM row_clocks WHERE \(condition)"))
        let place = Int64(dice.below(count))
        let found = try node.shell.run(
            "SELECT tbl, id FROM row_clocks WHERE \(condition) ORDER BY tbl, id LIMIT 1 OFFSET ?", [.integer(place)])
        guard let table = found.first?[0].integer.flatMap({ tables[Int($0)] }),
            let id = found.first?[1].blob.flatMap({ RowID($0) })
        else { return nil }
        return Key(table, id)
    }

    private func damage(_ key: Key, of node: VirtualNode, isGone: Bool) throws -> String {
        guard let table = tables[key.table], let row = try node.rows.row(key) else { return "is not there" }
        let place = row.isPresent ? table.name : "deleted_\(table.name)"
        let texts = ["name", "body", "tag", "value", "branch", "key", "rank", "kind", "column_name", "label"]
        let column = texts.first { name in
            table.columns.firstIndex(of: name).map { if case .text = row.values[$0] { true } else { false } } ?? false
        }
        guard let column, !isGone else {
            try node.shell.withoutTriggers {
                try node.shell.run("DELETE FROM \(place) WHERE id = ?", [.blob(key.id)])
            }
            return "is gone"
        }
        try node.shell.withoutTriggers {
            try node.shell.run("UPDATE \(place) SET \(column) = ? WHERE id = ?", [.text("damaged"), .blob(key.id)])
        }
        return "has a damaged \(column)"
    }

    private func checkMended(_ key: Key, _ node: VirtualNode) throws {
        guard let wanted = node.reference.rows[key] else { return }
        guard let row = try node.rows.row(key) else { throw Violation(.damage, "\(node.name): \(key) is lost") }
        if let difference = wanted.difference(from: row) {
            throw Violation(.damage, "\(node.name): \(key) was damaged, and stays so: \(difference)")
        }
    }
}
