import Testing

/// The trash, the archive, and groups.
@Suite struct TrashAndGroupTests {
    private func pair() throws -> (alice: Node, bob: Node) {
        let scratch = try Scratch()
        let alice = Node("alice", in: scratch)
        try alice.run("init", "--name", "Team", "--node", "alice")
        try alice.script(
            #"for i in 1 2 3 4 5; do offbook new "p$i" --body "body $i" --tag "t$i" >"$DATA.log"; done"#)
        let bob = Node("bob", in: scratch)
        try alice.carry(to: bob)
        return (alice, bob)
    }

    private func meet(_ alice: Node, _ bob: Node) throws {
        try alice.carry(to: bob)
        try bob.carry(to: alice)
        #expect(try alice.digest() == bob.digest())
    }

    @Test("What is deleted is gone everywhere, and comes back whole")
    func deleteAndUndelete() throws {
        let (alice, bob) = try pair()
        try alice.run("edit", "p1", "--body", "edited")
        try alice.run("group", "create", "g")
        try alice.run("group", "add", "g", "p1")
        let before = try alice.digest()
        try meet(alice, bob)
        try alice.run("delete", "p1")
        try meet(alice, bob)
        for node in [alice, bob] {
            let gone = try node.attempt("show", "p1")
            #expect(gone.status == 3 && gone.error.contains("undelete"), "\(gone)")
            #expect(try node.items("list").strings("name") == ["p2", "p3", "p4", "p5"])
            #expect(try node.items("list", "--deleted").strings("name") == ["p1"])
            #expect(try node.items("group", "show", "g").isEmpty)
        }
        try bob.run("undelete", "p1")
        try meet(alice, bob)
        for node in [alice, bob] {
            #expect(try node.run("show", "p1").output == "edited")
            #expect(try node.run("show", "p1", "--version", "v1").output == "body 1")
            #expect(try node.json("show", "p1")["prompt"]["tags"] == .array([.string("t1")]))
            #expect(try node.items("group", "show", "g").strings("prompt") == ["p1"])
        }
        #expect(try alice.digest() == before)
        #expect(try alice.attempt("undelete", "p1").status == 3)
    }

    @Test("Deleted on both sides, it is deleted; a name in the trash is free")
    func deletedTwice() throws {
        let (alice, bob) = try pair()
        try alice.run("delete", "p1")
        try bob.run("delete", "p1")
        try meet(alice, bob)
        #expect(try alice.items("conflicts").isEmpty)
        #expect(try bob.items("list").count == 4)
        try alice.run("new", "p1", "--body", "another")
        #expect(try alice.run("show", "p1").output == "another")
        try meet(alice, bob)
        try bob.run("undelete", "p1")
        try meet(alice, bob)
        #expect(try alice.attempt("show", "p1").status == 3, "now there are two of that name")
    }

    @Test("A lost delete can be done again from the journal")
    func restoreDelete() throws {
        let (alice, bob) = try pair()
        try alice.run("delete", "p1")
        try bob.run("edit", "p1", "--body", "unaware")
        try meet(alice, bob)
        let entry = try #require(alice.items("why", "p1").first)
        #expect(entry["kind"].string == "delete")
        #expect(try entry["current_by"].string == bob.json("status")["node"].string)
        try alice.run("conflicts", "restore", entry["id"].string ?? "")
        try meet(alice, bob)
        #expect(try bob.items("list").strings("name") == ["p2", "p3", "p4", "p5"])
    }

    @Test("What is archived is out of the lists, and can be read and brought back")
    func archive() throws {
        let (alice, bob) = try pair()
        try alice.run("archive", "p1")
        try meet(alice, bob)
        #expect(try bob.items("list").strings("name") == ["p2", "p3", "p4", "p5"])
        #expect(try bob.items("list", "--archived").strings("name") == ["p1"])
        #expect(try bob.items("list", "--all").count == 5)
        #expect(try bob.run("show", "p1").output == "body 1")
        #expect(try bob.json("show", "p1")["prompt"]["status"].string == "archived")
        try bob.run("unarchive", "p1")
        try meet(alice, bob)
        #expect(try alice.items("list").count == 5)
    }

    @Test("A group keeps the order it is given, by every way to say it")
    func order() throws {
        let (alice, bob) = try pair()
        try alice.run("group", "create", "g", "--description", "in order")
        let steps: [([String], String)] = [
            (["add", "g", "p1"], "1"), (["add", "g", "p2"], "12"), (["add", "g", "p3", "--first"], "312"),
            (["add", "g", "p4", "--after", "p3"], "3412"), (["add", "g", "p5", "--before", "p2"], "34152"),
            (["move", "g", "p2", "--position", "1"], "23415"), (["move", "g", "p2", "--last"], "34152"),
            (["move", "g", "p1", "--before", "p3"], "13452"), (["move", "g", "p1", "--after", "p2"], "34521"),
            (["move", "g", "p5", "--position", "99"], "34215"), (["add", "g", "p4", "--first"], "43215"),
            (["remove", "g", "p3"], "4215"),
        ]
        for (arguments, expected) in steps {
            #expect(try alice.attempt(["group"] + arguments).status == 0, "\(arguments)")
            #expect(try order(alice) == expected, "after \(arguments)")
        }
        #expect(try alice.attempt("group", "move", "g", "p1", "--position", "0").status == 1)
        #expect(try alice.attempt("group", "move", "g", "p3", "--first").status == 3)
        try meet(alice, bob)
        #expect(try order(bob) == "4215")
        #expect(try bob.items("group", "list").first?["prompts"].int == 4)
    }

    @Test("Both sides move and add: one order on both, in which what one side moved is where it put it")
    func mergedOrder() throws {
        let (alice, bob) = try pair()
        try alice.run("group", "create", "g")
        for number in 1...4 { try alice.run("group", "add", "g", "p\(number)") }
        try meet(alice, bob)
        try alice.run("group", "move", "g", "p4", "--first")
        try bob.run("group", "move", "g", "p1", "--last")
        try bob.run("group", "add", "g", "p5", "--after", "p2")
        try alice.run("group", "remove", "g", "p3")
        try meet(alice, bob)
        #expect(try order(alice) == "4251")
        #expect(try order(bob) == "4251")
        // Both gave out the same place: still one order, and there is room between.
        try alice.run("group", "add", "g", "p3", "--first")
        try bob.run("group", "move", "g", "p5", "--first")
        try meet(alice, bob)
        let first = try alice.items("group", "show", "g").strings("prompt").prefix(2)
        try alice.run("group", "move", "g", "p1", "--after", first[0])
        #expect(try alice.items("group", "show", "g").strings("prompt").prefix(3) == [first[0], "p1", first[1]])
        try meet(alice, bob)
    }

    private func order(_ node: Node) throws -> String {
        try node.items("group", "show", "g").strings("prompt").map { $0.dropFirst() }.joined()
    }
}
