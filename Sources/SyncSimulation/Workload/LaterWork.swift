internal import Changesets
internal import ReplicaStore

/// What somebody with a later Offbook does to what only it knows.
struct LaterWork {
    private let node: VirtualNode
    private let event: Event
    private var picking: Picking
    private var dice: SplitMix64

    init(_ node: VirtualNode, _ event: Event, _ dice: SplitMix64) {
        self.node = node
        self.event = event
        self.dice = dice
        picking = Picking(node: node, dice: SplitMix64(event.seed, 7))
    }

    mutating func run() throws -> String {
        guard node.isLater else { return "knows of nothing more" }
        guard let prompt = try picking.row(of: "prompts") else { return "no prompt" }
        switch dice.below(8) {
        case 0, 1: return try update("prompts", "rating", .integer(Int64(dice.within(1...5))), prompt)
        case 2: return try update("prompts", "mood", dice.once(in: 3) ? .null : .text("mood \(event.number)"), prompt)
        case 3: return try note(on: prompt)
        case 4: return try editNote()
        case 5: return try deleteNote()
        case 6: return try rateAndDelete(prompt)
        default: return try append(prompt)
        }
    }

    private func update(_ table: String, _ column: String, _ value: Value, _ id: RowID) throws -> String {
        try node.shell.run("UPDATE \(table) SET \(column) = ? WHERE id = ?", [value, .blob(id)])
        return "\(table) \(id.hex.suffix(8)) \(column) = \(value.shown)"
    }

    /// Of some notes there is one for all nodes.
    private mutating func note(on prompt: RowID) throws -> String {
        let shared = RowID.derived(table: "notes", key: [prompt.bytes])
        let id = dice.once(in: 2) ? shared : .uuid7(at: node.clock.now, dice.source())
        try node.shell.run(
            "INSERT OR IGNORE INTO notes (id, prompt_id, text, written_at) VALUES (?, ?, ?, ?)",
            [.blob(id), .blob(prompt), .text("note \(event.number)"), .integer(node.clock.now)])
        return "note \(id.hex.suffix(8))"
    }

    private mutating func editNote() throws -> String {
        guard let id = try picking.row(of: "notes") else { return "no note" }
        return try update("notes", "text", .text("edit \(event.number)"), id)
    }

    private mutating func deleteNote() throws -> String {
        if dice.once(in: 3), let id = try picking.row(of: "deleted_notes") {
            let columns = "id, prompt_id, text, written_at"
            try node.shell.run(
                "INSERT OR IGNORE INTO notes (\(columns)) SELECT \(columns) FROM deleted_notes WHERE id = ?",
                [.blob(id)])
            return "revived \(id.hex.suffix(8))"
        }
        guard let id = try picking.row(of: "notes") else { return "no note" }
        try node.shell.run("DELETE FROM notes WHERE id = ?", [.blob(id)])
        return "deleted \(id.hex.suffix(8))"
    }

    /// In one transaction: the rating comes back with the prompt.
    private mutating func rateAndDelete(_ prompt: RowID) throws -> String {
        try node.shell.run("BEGIN IMMEDIATE")
        do {
            let done = try update("prompts", "rating", .integer(Int64(dice.within(1...5))), prompt)
            try node.shell.run("DELETE FROM prompts WHERE id = ?", [.blob(prompt)])
            try node.shell.run("COMMIT")
            return "\(done), and deleted"
        } catch {
            _ = try? node.shell.run("ROLLBACK")
            throw error
        }
    }

    private mutating func append(_ prompt: RowID) throws -> String {
        let id = RowID.uuid7(at: node.clock.now, dice.source())
        if dice.once(in: 2) {
            let value: Value = dice.once(in: 3) ? .null : .real(Double(dice.below(9)) - 4)
            try node.shell.run(
                "INSERT INTO readings (id, kind, value) VALUES (?, ?, ?)",
                [.blob(id), .text("reading \(event.number)"), value])
            return "reading \(id.hex.suffix(8))"
        }
        try node.shell.run(
            "INSERT INTO usage_events (id, prompt_id, kind, seconds) VALUES (?, ?, 'render', ?)",
            [.blob(id), .blob(prompt), .integer(Int64(dice.below(3)))])
        return "use \(id.hex.suffix(8))"
    }
}
