internal import Changesets
internal import PromptLibrary
internal import ReplicaStore

/// What people do around prompts: groups, tags, projects, preferences, and reading.
struct CollectionWork {
    private let node: VirtualNode
    private let event: Event
    private var picking: Picking
    private var dice: SplitMix64

    init(_ node: VirtualNode, _ event: Event, _ dice: SplitMix64) {
        self.node = node
        self.event = event
        self.dice = dice
        picking = Picking(node: node, dice: SplitMix64(event.seed, 6))
    }

    private var library: Library { get throws { try node.library } }

    mutating func run() throws -> String {
        switch event.kind {
        case .createGroup: return try library.createGroup("group \(dice.below(6))").name
        case .createProject: return try library.createProject("project \(dice.below(5))").name
        case .renameGroup, .deleteGroup: return try changeGroup()
        case .place, .leaveGroup: return try changeEntries()
        case .changeProject, .deleteProject: return try changeProject()
        case .preference: return try prefer()
        case .unsetPreference:
            try library.unsetPreference("pager", isShared: dice.once(in: 2))
            return "pager"
        case .search: return "\(try library.search("edit \(dice.below(50))").items.count) hits"
        default: return try changePrompt()
        }
    }

    private mutating func changePrompt() throws -> String {
        guard let prompt = try picking.prompt() else { return "no prompt" }
        let tag = "t\(dice.below(5))"
        let key = "k\(dice.below(3))"
        switch event.kind {
        case .tag: try library.tag(prompt, [tag])
        case .untag: try library.untag(prompt, [tag])
        case .favourite: try library.favourite(prompt)
        case .unfavourite: try library.unfavourite(prompt)
        case .metadata: try library.setMetadata(prompt, key, "value \(event.number)")
        case .unsetMetadata: try library.unsetMetadata(prompt, key)
        case .use: try library.recordRender(try library.render(RenderRequest(name: prompt)))
        default: break
        }
        return "\(prompt.suffix(8)) \(tag) \(key)"
    }

    private mutating func changeGroup() throws -> String {
        guard let group = try picking.group() else { return "no group" }
        if event.kind == .deleteGroup {
            try library.deleteGroup(group)
        } else {
            try library.renameGroup(group, to: "group \(event.number)")
        }
        return String(group.suffix(8))
    }

    private mutating func changeEntries() throws -> String {
        guard let group = try picking.group(), let prompt = try picking.prompt() else { return "no group or no prompt" }
        if event.kind == .leaveGroup {
            try library.remove(prompt, fromGroup: group)
        } else {
            let places: [GroupPlace] = [.first, .last, .position(dice.within(1...4))]
            try library.place(prompt, in: group, dice.pick(places) ?? .last)
        }
        return "\(prompt.suffix(8)) in \(group.suffix(8))"
    }

    private mutating func changeProject() throws -> String {
        guard let project = try picking.project() else { return "no project" }
        if event.kind == .deleteProject {
            try library.deleteProject(project)
        } else if dice.once(in: 2) {
            try library.renameProject(project, to: "project \(event.number)")
        } else {
            try library.describeProject(project, "description \(event.number)")
        }
        return String(project.suffix(8))
    }

    private mutating func prefer() throws -> String {
        let isShared = dice.once(in: 2)
        if dice.once(in: 2) {
            try library.setPreference("pager", dice.once(in: 2) ? "auto" : "never", isShared: isShared)
        } else {
            try library.setPreference("new.model", "model \(event.number)", isShared: isShared)
        }
        return isShared ? "for all" : "own"
    }
}
