import Foundation
import Testing

/// Joining what was written apart.
@Suite struct MergingTests {
    /// Two nodes that have both edited the prompt `p`, and met since.
    private struct Diverged {
        let scratch: Scratch
        let alice: Node
        let bob: Node

        init(base: String, alice mine: String, bob theirs: String) throws {
            scratch = try Scratch()
            alice = Node("alice", in: scratch)
            bob = Node("bob", in: scratch)
            try alice.run("init", "--name", "Team", "--node", "alice")
            try alice.run("new", "p", "--body", base)
            try alice.carry(to: bob)
            try bob.sql("UPDATE nodes SET name = 'bob' WHERE id = (SELECT replica_id FROM replica)")
            try edit(alice: mine, bob: theirs)
        }

        func edit(alice mine: String, bob theirs: String) throws {
            try alice.run("edit", "p", "--body", mine)
            try bob.run("edit", "p", "--body", theirs)
            try meet()
            for node in [alice, bob] { #expect(try divergences(node).count == 1) }
        }

        func meet() throws {
            try alice.carry(to: bob)
            try bob.carry(to: alice)
            #expect(try alice.digest() == bob.digest())
        }

        func divergences(_ node: Node) throws -> [JSON] {
            try node.items("branches", "p").filter { $0["kind"].string == "divergence" }
        }

        func expectMerged(_ text: String) throws {
            try meet()
            for node in [alice, bob] {
                #expect(try divergences(node).isEmpty, "on \(node.name)")
                #expect(try node.run("show", "p").output == text, "on \(node.name)")
            }
        }
    }

    private let base = "one two three\nfour five six\nseven\n"

    @Test("Changes to different words merge by themselves, to one version whoever does it")
    func clean() throws {
        let pair = try Diverged(
            base: base, alice: "ONE two three\nfour five six\nseven\n",
            bob: "one two THREE\nfour five six\nseven, eight\n")
        for node in [pair.alice, pair.bob] { try node.run("merge", "p") }
        try pair.expectMerged("ONE two THREE\nfour five six\nseven, eight\n")
        #expect(try pair.alice.count("versions") == 4, "the same merge on both nodes is one version")
        let history = try pair.alice.items("history", "p")
        #expect(history.first?["kind"].string == "merge" && history.first?["parents"].array?.count == 2)
        #expect(try pair.alice.attempt("merge", "p").status == 3, "there is nothing left to merge")
    }

    @Test("Changes to the same words: exit 4, and nothing is merged")
    func conflicting() throws {
        let pair = try Diverged(base: base, alice: "alice\n", bob: "bob\n")
        let digest = try pair.alice.digest()
        let outcome = try pair.alice.attempt("merge", "p")
        #expect(outcome.status == 4 && outcome.error.contains("--ours"), "\(outcome)")
        #expect(try pair.alice.digest() == digest)
    }

    @Test("Settled by --ours, --theirs or --body-file", arguments: ["--ours", "--theirs", "--body-file"])
    func settled(_ option: String) throws {
        let pair = try Diverged(base: base, alice: "alice\n", bob: "bob\n")
        let head = try pair.alice.run("show", "p").output
        let other = head == "alice\n" ? "bob\n" : "alice\n"
        switch option {
        case "--body-file": try pair.alice.run("merge", "p", "--body-file", "-", input: "both\n")
        default: try pair.alice.run("merge", "p", option)
        }
        try pair.expectMerged(["--ours": head, "--theirs": other, "--body-file": "both\n"][option] ?? "")
        #expect(try pair.bob.count("versions") == 4, "both texts are in the history")
    }

    @Test("A divergence is merged by the name that branches gives it")
    func byName() throws {
        let pair = try Diverged(base: base, alice: "alice\n", bob: "bob\n")
        let name = try #require(pair.divergences(pair.alice).first?["name"].string)
        #expect(name == "v2~alice" || name == "v2~bob")
        try pair.alice.run("merge", "p", name, "--theirs")
        try pair.expectMerged(name == "v2~alice" ? "alice\n" : "bob\n")
    }

    @Test("Settled in the editor, in which both sides and the base are marked")
    func inEditor() throws {
        let pair = try Diverged(base: base, alice: "alice\n", bob: "bob\n")
        let seen = pair.scratch.path + "/seen"
        let left = try pair.alice.attempt("merge", "p", environment: ["EDITOR": "sh -c 'cp \"$0\" \"\(seen)\"'"])
        #expect(left.status == 4 && left.error.contains("markers"), "\(left)")
        let marked = try String(contentsOfFile: seen, encoding: .utf8)
        for line in ["<<<<<<< ", "||||||| ", "=======", ">>>>>>> ", "alice", "bob"] {
            #expect(marked.contains(line), "\(marked)")
        }
        #expect(try pair.divergences(pair.alice).count == 1)
        try pair.alice.run("merge", "p", environment: ["EDITOR": "sh -c 'echo by hand >\"$0\"'"])
        try pair.expectMerged("by hand\n")
    }

    @Test("close puts a divergence aside on every node; its text stays, and it does not come back")
    func close() throws {
        let pair = try Diverged(base: base, alice: "alice\n", bob: "bob\n")
        let branch = try #require(pair.divergences(pair.alice).first)
        let (name, id) = (branch["name"].string ?? "", branch["head"].string ?? "")
        let head = try pair.alice.run("show", "p").output
        try pair.alice.run("close", "p", name)
        try pair.expectMerged(head)
        #expect(try pair.bob.run("show", "p", "--version", id).output == (head == "alice\n" ? "bob\n" : "alice\n"))
        try pair.bob.run("edit", "p", "--body", "later\n")
        try pair.expectMerged("later\n")
        #expect(try pair.alice.attempt("close", "p", "head").status == 4, "the only one can't be closed")
    }

    @Test("Settled differently on two nodes: that is a divergence again, and nothing is lost")
    func settledTwice() throws {
        let pair = try Diverged(base: base, alice: "alice\n", bob: "bob\n")
        try pair.alice.run("merge", "p", "--body-file", "-", input: "settled by alice\n")
        try pair.bob.run("merge", "p", "--body-file", "-", input: "settled by bob\n")
        try pair.meet()
        #expect(try pair.divergences(pair.alice).count == 1)
        try pair.alice.run("merge", "p", "--ours")
        try pair.meet()
        #expect(try pair.divergences(pair.bob).isEmpty)
        #expect(try pair.bob.count("versions") == 6)
    }

    @Test("A value that lost can be restored, and that is an edit like any other")
    func restore() throws {
        let pair = try Diverged(base: base, alice: "alice\n", bob: "bob\n")
        try pair.alice.run("rename", "p", "by alice")
        try pair.bob.run("rename", "p", "by bob")
        try pair.meet()
        let entry = try #require(pair.alice.items("conflicts").first { $0["field"].string == "name" })
        try pair.alice.run("conflicts", "restore", String(entry["id"].string?.suffix(8) ?? ""))
        try pair.meet()
        let lost = entry["lost_value"].string ?? ""
        for node in [pair.alice, pair.bob] { #expect(try node.run("show", lost).status == 0) }
    }
}
