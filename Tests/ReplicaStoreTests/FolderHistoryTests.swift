import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import Testing

/// Random histories of five nodes, each with a folder of its own that a careless program keeps in step
/// with the others': files come late, in any order, half, twice, under other names, and what one node
/// removes is removed elsewhere at some other time.
@Suite("Random histories through shared folders")
struct FolderHistoryTests {
    /// OFFBOOK_SEEDS=100..<400 runs other seeds than the usual few.
    private static let seeds: Range<UInt64> = {
        let bounds = (ProcessInfo.processInfo.environment["OFFBOOK_SEEDS"] ?? "").components(separatedBy: "..<")
        guard bounds.count == 2, let low = UInt64(bounds[0]), let high = UInt64(bounds[1]), low < high else {
            return 0..<4
        }
        return low..<high
    }()

    @Test("all are equal in the end, every text is there, and then nothing is read or written", arguments: seeds)
    func converge(seed: UInt64) throws {
        var history = try FolderHistory(seed: seed)
        for _ in 0..<120 { try history.step() }
        try history.quiesce()
        #expect(try Set(history.nodes.map { try $0.digest }).count == 1, "seed \(seed)")
        for (node, folder) in zip(history.nodes, history.folders) {
            #expect(try node.replica.examine().isEmpty, "seed \(seed)")
            #expect(try history.saved.subtracting(history.texts(of: node)).isEmpty, "seed \(seed)")
            let own = try folder.files().keys.count {
                try $0.hasPrefix(node.replicaID.rowID.hex) && !$0.contains("copy")
            }
            #expect(own <= FolderPlan.ownFilesMax + 1, "seed \(seed)")
        }
        try history.expectQuiet()
        try history.expectWholeForNewcomer()
    }
}

private struct FolderHistory {
    let scratch: Scratch
    let nodes: [Node]
    let folders: [TestFolder]
    private(set) var saved: Set<String> = []
    /// Names that their writer removed.
    private var removed: Set<String> = []
    private var generator: SeededGenerator
    private var counter = 0

    init(seed: UInt64) throws {
        let scratch = try Scratch()
        self.scratch = scratch
        generator = SeededGenerator(seed: seed)
        let names = ["a", "b", "c", "d", "e"]
        nodes = try names.map { try Node($0, workspace: team, in: scratch) }
        folders = try names.map { try TestFolder("folder \($0)", in: scratch) }
    }

    mutating func step() throws {
        counter += 1
        let place = Int.random(in: nodes.indices, using: &generator)
        let node = nodes[place]
        node.clock.now += Int64.random(in: 0...5, using: &generator)
        switch Int.random(in: 0..<16, using: &generator) {
        case 0...4: try syncNode(place)
        case 5...8: try deliver(to: place)
        default: try edit(node)
        }
    }

    private mutating func edit(_ node: Node) throws {
        let text = "text \(counter)"
        guard let id = try node.library.list().items.randomElement(using: &generator)?.id,
            Int.random(in: 0..<5, using: &generator) > 0
        else {
            _ = try node.library.create(NewPrompt(name: "prompt \(counter)", body: text))
            saved.insert(text)
            return
        }
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: try node.library.rename(id, to: "renamed \(counter)")
        case 1: try node.library.tag(id, ["t\(counter % 3)"])
        case 2: _ = try node.library.untag(id, ["t\(counter % 3)"])
        case 3: _ = try node.library.delete(id)
        default:
            _ = try node.library.save(text, from: node.library.editBase(id))
            saved.insert(text)
        }
    }

    private mutating func syncNode(_ place: Int) throws {
        let before = Set(try folders[place].files().keys)
        _ = try nodes[place].sync(folders[place])
        removed.formUnion(before.subtracting(try folders[place].files().keys))
    }

    /// The program brings some of what another folder has: whole, half, or under another name.
    private mutating func deliver(to place: Int) throws {
        let source = folders[Int.random(in: folders.indices, using: &generator)]
        let there = try folders[place].files()
        for (name, content) in try source.files().sorted(by: { $0.key < $1.key }).shuffled(using: &generator) {
            guard there[name] != content, Bool.random(using: &generator) else { continue }
            switch Int.random(in: 0..<6, using: &generator) {
            case 0 where there[name] == nil: try put(content.dropLast(content.count / 3), as: name, into: place)
            case 1: try put(content[...], as: "copy of \(name)", into: place)
            default: try bring(name, content, there[name], into: place)
            }
        }
        for name in removed.sorted() where Bool.random(using: &generator) {
            try folders[place].remove { $0 == name }
        }
    }

    /// What is whole is not replaced by what came half.
    private func bring(_ name: String, _ content: [UInt8], _ old: [UInt8]?, into place: Int) throws {
        if let old, old.count > content.count { return }
        try put(content[...], as: name, into: place)
    }

    private func put(_ content: ArraySlice<UInt8>, as name: String, into place: Int) throws {
        let folder = folders[place].subfolder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(content).write(to: URL(filePath: "\(folder)/\(name)"))
    }

    /// Everything reaches everybody, whole; what was removed goes.
    private func deliverAll() throws {
        for place in folders.indices {
            for source in folders {
                for (name, content) in try source.files() where !removed.contains(name) {
                    try bring(name, content, folders[place].files()[name], into: place)
                }
            }
            try folders[place].remove { removed.contains($0) }
        }
    }

    mutating func quiesce() throws {
        for _ in 0..<6 {
            try deliverAll()
            for place in nodes.indices { try syncNode(place) }
        }
        try deliverAll()
    }

    func expectQuiet() throws {
        let before = try folders.map { try $0.files() }
        for (node, folder) in zip(nodes, folders) {
            let summary = try node.sync(folder)
            #expect(summary.received == 0 && summary.filesWritten == 0 && summary.filesRemoved == 0, "\(summary)")
            #expect(summary.passedOver.allSatisfy { $0.name.hasPrefix("copy of ") })
            #expect(try node.sync(folder).filesRead == 0)
        }
        #expect(try folders.map { try $0.files() } == before)
    }

    /// Each folder has everything, for somebody who has nothing.
    func expectWholeForNewcomer() throws {
        for (number, folder) in folders.enumerated() {
            let newcomer = try Node("newcomer \(number)", workspace: team, in: scratch)
            _ = try newcomer.sync(folder)
            #expect(try newcomer.digest == nodes[0].digest)
        }
    }

    func texts(of node: Node) throws -> Set<String> {
        let prompts = try node.library.list().items.map(\.id) + node.library.trash().items.map(\.id)
        return try node.replica.read { reading in
            let versions = try prompts.compactMap { RowID(hex: $0) }.flatMap { try reading.versions(of: $0) }
            return Set(
                try versions.map { String(decoding: try reading.content(of: $0.id)?.body ?? [], as: UTF8.self) })
        }
    }
}
