import Changesets
import PromptLibrary
import ReplicaStore
import Testing

/// Counting divergences reads what changed, and finds what reading every tip would find.
@Suite struct CrowdedPromptsTests {
    private let scratch: Scratch
    private let node: Node

    init() throws {
        scratch = try Scratch()
        node = try Node("a", workspace: .uuid7(at: 1), in: scratch)
    }

    /// Makes a second tip of a prompt's main branch.
    private func diverge(_ name: String) throws {
        let base = try node.library.editBase(name)
        _ = try node.library.save("one of \(name)", from: base)
        _ = try node.library.save("other of \(name)", from: base)
    }

    private func expectDiverged(_ names: Set<String>) throws {
        let branches = try node.library.branches().items
        #expect(Set(branches.map(\.prompt)) == names)
        #expect(try node.library.divergenceCount() == names.count)
    }

    /// So many positions that who writes next notes what is crowded.
    private func publishMany() throws {
        for _ in 0..<3 {
            try node.sqlite("UPDATE prompts SET description = hex(randomblob(8))")
            try node.replica.foldPending()
        }
    }

    @Test("before it is noted, after it, and when it is no more")
    func found() throws {
        for number in 0..<400 { _ = try node.library.create(NewPrompt(name: "p\(number)", body: "text")) }
        try expectDiverged([])
        try diverge("p1")
        try expectDiverged(["p1"])
        try publishMany()
        try expectDiverged(["p1"])
        try diverge("p2")
        try expectDiverged(["p1", "p2"])
        let one = try #require(try node.library.branches().items.first { $0.kind == .divergence && $0.prompt == "p1" })
        _ = try node.library.close("p1", one.head)
        try expectDiverged(["p2"])
        try publishMany()
        try expectDiverged(["p2"])
        _ = try node.library.delete("p2")
        try expectDiverged([])
        try publishMany()
        _ = try node.library.undelete("p2")
        try expectDiverged(["p2"])
    }
}
