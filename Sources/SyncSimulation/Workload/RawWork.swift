internal import Changesets
internal import ReplicaStore

/// What somebody types into the plain SQLite shell. Ids are given: the schema's own are random.
struct RawWork {
    private let node: VirtualNode
    private let event: Event
    private var picking: Picking
    private var dice: SplitMix64

    private static let editable: [SyncedTable] = [
        .prompts, .tags, .metadata, .groups, .groupEntries, .projects, .preferences, .favourites, .tips, .labels,
        .jobs, .testRuns, .styles, .providers, .models, .sharedAnswers, .policies, .violations,
    ]

    init(_ node: VirtualNode, _ event: Event, _ dice: SplitMix64) {
        self.node = node
        self.event = event
        self.dice = dice
        picking = Picking(node: node, dice: SplitMix64(event.seed, 7))
    }

    mutating func run() throws -> String {
        let table = dice.pick(Self.editable) ?? .prompts
        switch event.kind {
        case .rawInsert: return try insert(table, "INSERT")
        case .rawReplace: return try insert(table, "REPLACE")
        case .rawUpdate: return try update(table)
        case .rawDelete: return try delete(table)
        case .rawRevive: return try revive(table)
        default: return try transaction(table)
        }
    }

    private mutating func insert(_ table: SyncedTable, _ verb: String) throws -> String {
        let known = verb == "REPLACE" ? try picking.row(of: table.name) : nil
        let id = known ?? .uuid7(at: node.clock.now, dice.source())
        var columns = ["id"]
        var values: [Value] = [.blob(id)]
        for column in table.columns {
            guard let value = try value(of: column) else { continue }
            columns.append(column)
            values.append(value)
        }
        let holes = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        try node.shell.run("\(verb) INTO \(table.name) (\(columns.joined(separator: ", "))) VALUES (\(holes))", values)
        return "\(table.name) \(id.hex.suffix(8))"
    }

    /// Nil leaves the column to its default.
    private mutating func value(of column: String) throws -> Value? {
        switch column {
        case "prompt_id": try picking.row(of: "prompts").map { .blob($0) }
        case "version_id": try picking.row(of: "versions").map { .blob($0) }
        case "group_id": try picking.row(of: "groups").map { .blob($0) }
        case "user_id", "owner_id": try picking.row(of: "users").map { .blob($0) }
        case "rating", "round", "cancelled_round": .integer(Int64(dice.within(1...5)))
        case "provider_id": try picking.row(of: "providers").map { .blob($0) }
        case "created_at": .integer(node.clock.now)
        case "label": .text(dice.once(in: 4) ? "production" : "raw")
        case "branch": .text("main")
        case "name", "tag", "key", "value", "rank", "description", "progress", "request", "answer", "model",
            "feedback", "rules", "notes":
            .text("raw \(event.number)")
        case "policy_id": try picking.row(of: "policies").map { .blob($0) }
        default: nil
        }
    }

    private mutating func update(_ table: SyncedTable) throws -> String {
        let texts = [
            "name", "tag", "value", "rank", "description", "category", "version_id", "progress", "round",
            "cancelled_round", "rating", "feedback", "answer", "rules", "notes",
        ]
        guard
            let column = dice.pick(
                table.shape.columns.filter({ $0.rule == .latest }).map(\.name).filter(texts.contains)),
            let id = try picking.row(of: table.name)
        else { return "nothing to update" }
        guard let value = try value(of: column) ?? (column == "version_id" ? nil : .text("raw \(event.number)")) else {
            return "no version"
        }
        if dice.once(in: 4) {
            try node.shell.run(
                "UPDATE \(table.name) SET \(column) = ? WHERE id IN (SELECT id FROM \(table.name) ORDER BY id LIMIT 3)",
                [value])
        } else {
            try node.shell.run("UPDATE \(table.name) SET \(column) = ? WHERE id = ?", [value, .blob(id)])
        }
        return "\(table.name) \(id.hex.suffix(8)) \(column) = \(value.shown)"
    }

    private mutating func delete(_ table: SyncedTable) throws -> String {
        guard let id = try picking.row(of: table.name) else { return "nothing to delete" }
        try node.shell.run("DELETE FROM \(table.name) WHERE id = ?", [.blob(id)])
        return "\(table.name) \(id.hex.suffix(8))"
    }

    private mutating func revive(_ table: SyncedTable) throws -> String {
        guard let id = try picking.row(of: "deleted_\(table.name)") else { return "nothing to revive" }
        let columns = (["id"] + table.columns).joined(separator: ", ")
        try node.shell.run(
            "INSERT OR IGNORE INTO \(table.name) (\(columns)) SELECT \(columns) FROM deleted_\(table.name) WHERE id = ?",
            [.blob(id)])
        return "\(table.name) \(id.hex.suffix(8))"
    }

    /// Several statements at once: what counts is what is left in the end.
    private mutating func transaction(_ table: SyncedTable) throws -> String {
        try node.shell.run("BEGIN IMMEDIATE")
        do {
            var done: [String] = []
            for _ in 0..<dice.within(2...4) {
                switch dice.below(5) {
                case 0: done.append("insert \(try insert(table, "INSERT"))")
                case 1: done.append("replace \(try insert(table, "REPLACE"))")
                case 2: done.append("update \(try update(table))")
                case 3: done.append("delete \(try delete(table))")
                default: done.append("revive \(try revive(table))")
                }
            }
            try node.shell.run("COMMIT")
            return done.joined(separator: "; ")
        } catch {
            _ = try? node.shell.run("ROLLBACK")
            throw error
        }
    }
}

extension SplitMix64 {
    /// For ids.
    mutating func source() -> RandomSource {
        let source = SeededSource()
        source.restart(SplitMix64(next()))
        return source.source
    }
}
