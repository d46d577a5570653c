import Changesets
import Foundation
import PromptLibrary
import Testing

@testable import ReplicaStore

@Suite("Change marks")
struct ChangeMarkTests {
    private let scratch: Scratch
    private let node: Node

    init() throws {
        scratch = try Scratch()
        node = try Node("node", workspace: .uuid7(at: 1), in: scratch)
    }

    @Test("A mark stays while nothing is committed, and changes with each commit, also of another process")
    func commits() throws {
        let mark = try ChangeMark(node.path)
        var seen = [try mark.value()]
        #expect(try mark.value() == seen[0])
        _ = try node.library.create(NewPrompt(name: "greeting", body: "one"))
        seen.append(try mark.value())
        try node.sqlite("UPDATE prompts SET description = 'by the shell'")
        seen.append(try mark.value())
        #expect(try mark.value() == seen[2])
        #expect(Set(seen).count == 3)
        // A transaction that is not committed is no change.
        try node.sqlite("BEGIN; UPDATE prompts SET description = 'not'; ROLLBACK")
        #expect(try mark.value() == seen[2])
    }

    @Test("A mark goes on when the log begins anew, and when it is folded into the file")
    func checkpoints() throws {
        _ = try node.library.create(NewPrompt(name: "greeting", body: "one"))
        let mark = try ChangeMark(node.path)
        for round in 0..<3 {
            let before = try mark.value()
            try node.sqlite("UPDATE prompts SET description = 'round \(round)'")
            #expect(try mark.value() != before)
            try node.sqlite("PRAGMA wal_checkpoint(TRUNCATE)")
        }
    }

    @Test("Many ask at once while others write: whoever is told the same has read the same")
    func together() async throws {
        let (mark, path) = (try ChangeMark(node.path), node.path)
        let library = node.library
        _ = try library.create(NewPrompt(name: "p", body: "0"))
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                (try? (1...200).forEach { _ = try library.save("\($0)", from: library.editBase("p")) }) != nil
            }
            for _ in 0..<3 {
                group.addTask {
                    guard let reader = try? Library(Replica(path: path, access: .server)) else { return false }
                    for _ in 0..<300 {
                        guard let before = try? mark.value(), let first = try? reader.digest(),
                            let second = try? reader.digest(), let after = try? mark.value()
                        else { return false }
                        if before == after, first != second { return false }
                    }
                    return true
                }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test("One that is closed says so")
    func closed() throws {
        let mark = try ChangeMark(node.path)
        try mark.close()
        #expect(throws: (any Error).self) { try mark.value() }
    }
}
