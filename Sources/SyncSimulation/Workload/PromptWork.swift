internal import Changesets
internal import PromptLibrary
internal import PromptTemplates
internal import ReplicaStore

/// What people do to prompts, through the library's use cases.
struct PromptWork {
    private let node: VirtualNode
    private let event: Event
    private var picking: Picking
    private var dice: SplitMix64

    init(_ node: VirtualNode, _ event: Event, _ dice: SplitMix64) {
        self.node = node
        self.event = event
        self.dice = dice
        picking = Picking(node: node, dice: SplitMix64(event.seed, 5))
    }

    private var library: Library { get throws { try node.library } }

    mutating func run() throws -> String {
        switch event.kind {
        case .create: return try create()
        case .undelete: return try undelete()
        case .merge: return try merge(.clean)
        case .resolve: return try merge(dice.pick([.ours, .theirs, .text("resolved \(event.number)")]) ?? .ours)
        case .staleSave: return try staleSave()
        case .restoreValue: return try restoreValue()
        default: break
        }
        guard let prompt = try picking.prompt() else { return "no prompt" }
        let short = prompt.suffix(8)
        switch event.kind {
        case .edit: return "\(short) \(try library.save(try text(), from: library.editBase(prompt)))"
        case .beginEdit: node.staleBases.append(try library.editBase(prompt))
        case .rename: try library.rename(prompt, to: "name \(dice.below(30))")
        case .describe: _ = try library.change(prompt, change())
        case .settings: return "\(short) \(try changeSettings(prompt))"
        case .rollback:
            return "\(short) \(try library.rollback(prompt, to: "v\(dice.within(1...3))"))"
        case .duplicate: return "\(short) as \(try library.duplicate(prompt, as: "copy \(event.number)").id.suffix(8))"
        case .archive: try library.setArchived(prompt, dice.once(in: 2))
        case .delete: _ = try library.delete(prompt)
        case .close: return try close(prompt)
        default: break
        }
        return String(short)
    }

    /// Several lines, of which an edit changes one: some merges are clean.
    private mutating func text() throws -> String {
        let lines = ["Greet the reader.", "", "Be brief.", "", "Close warmly."]
        let place = dice.pick([0, 2, 4]) ?? 0
        return lines.enumerated().map { $0 == place ? "\($1) Edit \(event.number)." : $1 }.joined(separator: "\n")
    }

    private mutating func create() throws -> String {
        var new = NewPrompt(name: "prompt \(event.number) of \(node.name)", body: try text())
        if dice.once(in: 3) { new.tags = ["t\(dice.below(5))"] }
        if dice.once(in: 4) { new.project = "project \(dice.below(3))" }
        if dice.once(in: 4) { new.content.type = .chat }
        if dice.once(in: 4) { new.content.settings = ["temperature": .number(String(dice.below(3)))] }
        return String(try library.create(new).id.suffix(8))
    }

    private mutating func staleSave() throws -> String {
        guard !node.staleBases.isEmpty else { return "nothing begun" }
        let base = node.staleBases.remove(at: dice.below(node.staleBases.count))
        return "\(base.prompt.id.hex.suffix(8)) \(try library.save(try text(), from: base))"
    }

    private mutating func change() -> PromptChange {
        var change = PromptChange()
        if dice.once(in: 2) { change.description = "description \(event.number)" }
        if dice.once(in: 2) { change.category = dice.pick(["", "a", "b"]) }
        if dice.once(in: 2) { change.isTemplate = dice.once(in: 2) }
        if dice.once(in: 3) { change.project = dice.pick(["", "project 0", "project \(event.number)"]) }
        if dice.once(in: 4) { change.templateFormat = .some(dice.once(in: 2) ? .mustache : nil) }
        return change
    }

    private mutating func changeSettings(_ prompt: String) throws -> SaveOutcome {
        let base = try library.editBase(prompt)
        var content = base.content
        let name = dice.pick(["temperature", "model", "top_p"]) ?? "model"
        content.settings[name] = .number(String(event.number))
        return try library.save(content, from: base)
    }

    private mutating func undelete() throws -> String {
        guard let id = try picking.row(of: "deleted_prompts") else { return "the trash is empty" }
        _ = try library.undelete(id.hex)
        return String(id.hex.suffix(8))
    }

    private mutating func merge(_ resolution: MergeResolution) throws -> String {
        let diverged = try library.branches().items.filter { $0.kind == .divergence }
        guard let one = dice.pick(diverged) else { return "nothing has diverged" }
        let plan = try library.planMerge(one.promptID, from: one.head)
        return "\(one.promptID.suffix(8)) \(try library.merge(plan, resolution))"
    }

    private mutating func close(_ prompt: String) throws -> String {
        let diverged = try library.branches().items.filter { $0.kind == .divergence }
        guard let one = dice.pick(diverged) else { return "nothing has diverged" }
        return "\(one.promptID.suffix(8)) \(try library.close(one.promptID, one.head))"
    }

    private mutating func restoreValue() throws -> String {
        guard let id = try picking.row(of: "conflicts") else { return "the journal is empty" }
        let restored = try library.restore(id.hex)
        return "\(restored.table).\(restored.field ?? "") \(restored.lostValue ?? "")"
    }
}
