import Changesets
import Foundation
import PromptFiles
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

/// Random histories of a few nodes that edit, sync through a server with losses, pass files around,
/// are cloned and restored, and whose clocks jump; in the end all must be equal, and nothing that was
/// written may be gone.
@Suite("Convergence of random histories")
struct ConvergenceTests {
    /// OFFBOOK_SEEDS=100..<400 runs other seeds than the usual few.
    private static let seeds: Range<UInt64> = {
        let bounds = (ProcessInfo.processInfo.environment["OFFBOOK_SEEDS"] ?? "").components(separatedBy: "..<")
        guard bounds.count == 2, let low = UInt64(bounds[0]), let high = UInt64(bounds[1]), low < high else {
            return 0..<24
        }
        return low..<high
    }()

    @Test("all nodes are equal in the end, and every text ever saved is there", arguments: seeds)
    func converge(seed: UInt64) throws {
        var history = try RandomHistory(seed: seed)
        for _ in 0..<70 { try history.step() }
        try history.quiesce()
        let digests = try history.nodes.map { try $0.digest }
        #expect(Set(digests).count == 1, "seed \(seed)")
        for node in history.nodes + [history.server] {
            #expect(try node.replica.examine().isEmpty, "seed \(seed)")
            let texts = try history.texts(of: node)
            #expect(history.saved.subtracting(texts).isEmpty, "seed \(seed)")
        }
    }
}

private struct RandomHistory {
    let scratch: Scratch
    private(set) var nodes: [Node]
    private(set) var server: Node
    /// Copies of a node's file as it was, by the node's place.
    private var backups: [(place: Int, copy: Node)] = []
    private var serverBackup: Node?
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
        switch Int.random(in: 0..<20, using: &generator) {
        case 14: try clone(node)
        case 15: try backUp()
        case 16: try restore()
        case 17: try restoreServer()
        case 18: jumpClock(node)
        case 19: try syncWithFaults(node)
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
        _ = try node.library.importPrompts(ImportRequest(PromptFile.read(Array(json.utf8), as: .json)))
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
        do {
            _ = try other.replica.join(node.exported())
        } catch let error as ReplicaError where error.code == .denied {
            // Stamped by a clock far ahead: refused whole until a server has healed it.
        }
    }

    private mutating func syncWithFaults(_ node: Node) throws {
        let faults: [Fault] = [.none, .none, .none, .replyLost, .requestLost]
        do {
            try sync(node, with: server) { faults.randomElement(using: &generator) ?? .none }
        } catch is ConnectionLost {}
    }

    /// A copy that can't tell itself from the node goes on beside it.
    private mutating func clone(_ node: Node) throws {
        guard nodes.count < 5 else { return }
        nodes.append(try node.indistinguishableCopy("clone\(counter)", in: scratch))
    }

    private mutating func backUp() throws {
        let place = Int.random(in: 0..<nodes.count, using: &generator)
        backups.append((place, try nodes[place].indistinguishableCopy("backup\(counter)", in: scratch)))
        if counter.isMultiple(of: 2) { serverBackup = try Node(copyOf: server, "server\(counter)", in: scratch) }
    }

    /// The node's disk is gone, with what it had not sent: that is lost with it, and nothing else.
    private mutating func restore() throws {
        guard let backup = backups.popLast() else { return }
        try sync(nodes[backup.place], with: server)
        nodes[backup.place] = backup.copy
    }

    /// The server's disk is gone; the nodes have what it had.
    private mutating func restoreServer() throws {
        guard let backup = serverBackup else { return }
        for node in nodes { try sync(node, with: server) }
        server = backup
        serverBackup = nil
    }

    private mutating func jumpClock(_ node: Node) {
        let jumps: [Int64] = [-86_400_000, -3_600_000, 3_600_000, 86_400_000 * 400, 86_400_000 * 30_000]
        node.clock.now += jumps.randomElement(using: &generator) ?? 0
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
