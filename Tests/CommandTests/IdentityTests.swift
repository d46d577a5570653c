import Foundation
import Testing

/// Which workspace a data directory holds, and how it comes to be that of a team.
@Suite struct IdentityTests {
    @Test("new in an empty directory makes a personal workspace and says so, once")
    func personal() throws {
        let scratch = try Scratch()
        let node = Node("node", in: scratch)
        let first = try node.run("new", "hello", "--body", "hi")
        #expect(first.error.contains("personal workspace") && first.error.contains(node.data))
        #expect(try node.run("new", "again", "--body", "hi").error.isEmpty)
        #expect(try node.items("list").strings("name") == ["again", "hello"])
    }

    @Test("Nothing but new, import, init and connect makes a library")
    func nothingToRead() throws {
        let node = Node("node", in: try Scratch())
        for arguments in [["list"], ["digest"], ["status"], ["sync"], ["show", "x"], ["export", "-"], ["conflicts"]] {
            let outcome = try node.attempt(arguments)
            #expect(outcome.status == 3, "\(arguments): \(outcome)")
            #expect(outcome.error.contains("init") && outcome.error.contains("connect"), "\(outcome)")
        }
        let bare = try node.attempt([])
        #expect(bare.status == 0 && bare.output.contains("init --example"), "\(bare)")
        #expect(!FileManager.default.fileExists(atPath: node.data))
    }

    @Test("The first to connect claims the workspace; an empty node after it adopts that one")
    func claimAndAdopt() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let alice = Node("alice", in: scratch)
        try alice.run("new", "mine", "--body", "was here first")
        let own = try alice.json("status")["workspace_id"].string
        let claim = try alice.connect(server, token)
        #expect(claim["outcome"].string == "connected")
        #expect(claim["workspace_id"].string == own, "the server took the id of the first")
        try alice.sync()

        let empty = Node("empty", in: scratch)
        let joined = try empty.connect(server, token)
        #expect(joined["workspace_id"].string == own)
        try empty.sync()
        #expect(try empty.digest() == alice.digest())

        // A library that was made, but holds nothing, gives way as well.
        let blank = Node("blank", in: scratch)
        try blank.run("init", "--name", "Blank")
        #expect(try blank.connect(server, token)["outcome"].string == "adopted")
        try blank.sync()
        #expect(try blank.digest() == alice.digest())
    }

    @Test("A node with prompts of its own is refused with exit 4, and --adopt brings them in")
    func adoptNonEmpty() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let alice = Node("alice", in: scratch)
        try alice.run("new", "alice's", "--body", "one")
        try alice.connect(server, token)
        try alice.sync()

        let bob = Node("bob", in: scratch)
        try bob.run("new", "bob's", "--body", "first", "--tag", "kept")
        try bob.run("edit", "bob's", "--body", "second")
        try bob.run("group", "create", "bob's group")
        try bob.run("group", "add", "bob's group", "bob's")
        try bob.run("fav", "bob's")
        let before = try bob.digest()
        let refused = try bob.attempt("connect", server.url, "--token", token)
        #expect(refused.status == 4 && refused.error.contains("--adopt"), "\(refused)")
        #expect(try bob.digest() == before)
        #expect(try bob.attempt("sync").status == 1, "it is not connected")

        #expect(try bob.connect(server, token, "--adopt")["outcome"].string == "adopted")
        try settle(bob, alice)
        #expect(try alice.digest() == bob.digest())
        for node in [alice, bob] {
            #expect(try node.items("list").strings("name") == ["alice's", "bob's"])
            #expect(try node.run("show", "bob's").output == "second")
            #expect(try node.run("show", "bob's", "--version", "v1").output == "first")
            #expect(try node.items("group", "show", "bob's group").strings("prompt") == ["bob's"])
        }
        #expect(try bob.items("list", "--favourite").strings("name") == ["bob's"])
        #expect(try bob.run("connect", server.url, "--token", token).status == 0, "once more changes nothing")
    }

    @Test("Two nodes that connect at the same moment end up with one workspace")
    func racingClaims() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let nodes = (0..<4).map { Node("node\($0)", in: scratch) }
        let racers = try nodes.map {
            try Program(["connect", server.url, "--token", token, "--node", $0.name, "--data", $0.data], in: scratch)
        }
        for racer in racers { #expect(try racer.end() == 0, "\(racer.error)") }
        for node in nodes { try node.run("new", "by \(node.name)", "--body", node.name) }
        for _ in 0..<2 { for node in nodes { try node.sync() } }
        for node in nodes {
            #expect(try node.digest() == nodes[0].digest())
            #expect(try node.count("prompts") == nodes.count)
        }
    }

    @Test("A changeset imported into an empty directory makes the replica, of the same workspace")
    func importMakesReplica() throws {
        let scratch = try Scratch()
        let alice = Node("alice", in: scratch)
        try alice.run("init", "--name", "By stick")
        try alice.run("new", "carried", "--body", "in a pocket")
        let copy = Node("copy", in: scratch)
        try alice.run("export", scratch.path + "/stick")
        #expect(try copy.json("import", scratch.path + "/stick", "--dry-run")["dry_run"].bool == true)
        #expect(!FileManager.default.fileExists(atPath: copy.data), "a dry run makes nothing")
        let made = try copy.run("import", scratch.path + "/stick")
        #expect(made.error.contains("By stick"))
        #expect(try copy.digest() == alice.digest())
        let (one, two) = (try alice.json("status"), try copy.json("status"))
        #expect(one["workspace_id"] == two["workspace_id"] && one["workspace"] == two["workspace"])
        #expect(one["replica_id"] != two["replica_id"])
        // It is a node like any other: what it writes goes back.
        try copy.run("edit", "carried", "--body", "and back")
        try copy.carry(to: alice)
        #expect(try alice.run("show", "carried").output == "and back")
    }

    @Test("Several workspaces in one directory: none is guessed")
    func several() throws {
        let node = Node("node", in: try Scratch())
        try node.run("init", "--name", "One")
        #expect(try node.attempt("init").status == 4, "there is one already")
        try node.run("init", "--name", "Two")
        try node.run("new", "in two", "--body", "x", "--workspace", "Two")
        let unclear = try node.attempt("list")
        #expect(unclear.status == 3 && unclear.error.contains("One") && unclear.error.contains("Two"), "\(unclear)")
        #expect(try node.items("list", "--workspace", "One").isEmpty)
        #expect(try node.items("list", "--workspace", "Two").strings("name") == ["in two"])
        #expect(try node.attempt("list", "--workspace", "Three").status == 3)
        let chosen = try node.attempt("list", "--json", environment: ["OFFBOOK_WORKSPACE": "Two"])
        #expect(try chosen.json["items"].array?.count == 1)
    }

    @Test("init --example brings prompts to look at, the same on every node")
    func example() throws {
        let scratch = try Scratch()
        let node = Node("node", in: scratch)
        try node.run("init", "--example", "--name", "Team")
        #expect(try node.items("list").count > 3)
    }
}
