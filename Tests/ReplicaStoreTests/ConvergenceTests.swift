import Changesets
import Foundation
import PromptFiles
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// Random histories of a few nodes that edit, sync through a server with losses, and pass files
/// around; in the end all must be equal, and nothing that was written may be gone.
@Suite("Convergence of random histories")
struct ConvergenceTests {
    @Test("all nodes are equal in the end, and every text ever saved is there", arguments: UInt64(0)..<24)
    func converge(seed: UInt64) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<60 { try history.step() }
        try history.quiesce()
        let digests = try history.nodes.map { try $0.digest }
        #expect(Set(digests).count == 1, "seed \(seed)")
        for node in history.nodes {
            let texts = try history.texts(of: node)
            #expect(history.saved.subtracting(texts).isEmpty, "seed \(seed)")
        }
    }
}

private struct RandomHistory {
    let scratch: Scratch
    let nodes: [Node]
    let server: Node
    /// Every text that a save reported as saved.
    private(set) var saved: Set<String> = []
    private var generator: SeededGenerator
    private var counter = 0

    init(seed: UInt64) throws {
        let scratch = try Scratch()
        self.scratch = scratch
        generator = SeededGenerator(seed: seed)
        let workspace = RowID.uuid7(at: 1)
        nodes = try ["a", "b", "c"].map { try Node($0, workspace: workspace, in: scratch) }
        server = try Node("server", workspace: workspace, in: scratch)
    }

    mutating func step() throws {
        let node = nodes[Int.random(in: 0..<nodes.count, using: &generator)]
        node.clock.now += Int64.random(in: 0...5, using: &generator)
        counter += 1
        let counter = counter
        switch Int.random(in: 0..<14, using: &generator) {
        case 0...1: try create(node)
        case 2...3: try edit(node)
        case 4: try change(node) { try node.library.rename($0, to: "renamed \(counter)") }
        case 5: try change(node) { try node.library.tag($0, ["t\(counter % 3)"]) }
        case 6: try change(node) { _ = try node.library.untag($0, ["t\(counter % 3)"]) }
        case 7: try change(node) { _ = try node.library.delete($0) }
        case 8: try undelete(node)
        case 9: try shell(node)
        case 10: try importFile(node)
        case 11: try merge(node)
        case 12: try passFile(node)
        default: try syncWithFaults(node)
        }
    }

    private mutating func create(_ node: Node) throws {
        _ = try node.library.create(NewPrompt(name: "prompt \(counter)", body: "text \(counter)"))
        saved.insert("text \(counter)")
    }

    private mutating func anyPrompt(_ node: Node) throws -> String? {
        try node.library.list().items.randomElement(using: &generator)?.id
    }

    private mutating func edit(_ node: Node) throws {
        guard let id = try anyPrompt(node) else { return }
        let text = "edit \(counter)"
        if case .unchanged = try node.library.save(text, from: node.library.editBase(id)) { return }
        saved.insert(text)
    }

    private mutating func change(_ node: Node, _ body: (String) throws -> Void) throws {
        if let id = try anyPrompt(node) { try body(id) }
    }

    private mutating func undelete(_ node: Node) throws {
        if let prompt = try node.library.trash().items.randomElement(using: &generator) {
            _ = try node.library.undelete(prompt.id)
        }
    }

    private func shell(_ node: Node) throws {
        let statements = [
            "UPDATE prompts SET description = 'shell \(counter)' WHERE id IN (SELECT id FROM prompts LIMIT 1)",
            "DELETE FROM tags WHERE id IN (SELECT id FROM tags LIMIT 1)",
            "REPLACE INTO projects (id, name) VALUES (x'00000000000000000000000000000001', 'project \(counter)')",
            "DELETE FROM projects; INSERT INTO groups (name) VALUES ('group \(counter)')",
        ]
        try node.sqlite(statements[counter % statements.count])
    }

    /// The same file wherever it is imported.
    private mutating func importFile(_ node: Node) throws {
        let json =
            #"[{"name":"imported","body":"one"},{"name":"imported","body":"two","tags":["x"]},{"name":"single","body":"three"}]"#
        _ = try node.library.importPrompts(PromptFile.read(Array(json.utf8), as: .json))
        saved.formUnion(["one", "two", "three"])
    }

    private mutating func merge(_ node: Node) throws {
        guard let diverged = try node.library.branches().items.first(where: { $0.kind == .divergence }) else { return }
        let text = "merged \(counter)"
        _ = try node.library.merge(node.library.planMerge(diverged.promptID, from: diverged.head), .text(text))
        saved.insert(text)
    }

    private mutating func passFile(_ node: Node) throws {
        let other = nodes[Int.random(in: 0..<nodes.count, using: &generator)]
        _ = try other.replica.join(node.exported())
    }

    private mutating func syncWithFaults(_ node: Node) throws {
        let faults: [Fault] = [.none, .none, .none, .replyLost, .requestLost]
        do {
            try sync(node, with: server) { faults.randomElement(using: &generator) ?? .none }
        } catch is ConnectionLost {}
    }

    func quiesce() throws {
        for _ in 0..<4 { for node in nodes { try sync(node, with: server) } }
        // The clocks of all agree now on who wrote last; a further round changes nothing.
        for node in nodes {
            let summary = try sync(node, with: server)
            guard summary.sent == 0, summary.received == 0 else { throw NotQuiet(summary: "\(summary)") }
        }
    }

    private struct NotQuiet: Error { var summary: String }

    /// All texts that a node holds, in whatever version of whatever prompt, the trash included.
    func texts(of node: Node) throws -> Set<String> {
        let prompts = try node.library.list().items.map(\.id) + node.library.trash().items.map(\.id)
        return try node.replica.read { reading in
            var texts: Set<String> = []
            for prompt in prompts {
                guard let id = RowID(hex: prompt) else { continue }
                for version in try reading.versions(of: id) {
                    let content = try reading.content(of: version.id)
                    texts.insert(String(decoding: content?.body ?? [], as: UTF8.self))
                }
            }
            return texts
        }
    }
}
