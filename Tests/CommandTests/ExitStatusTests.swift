import Testing

/// The exit codes that the help promises: 0 ok, 1 failure, 2 usage, 3 not found or ambiguous, 4 conflict,
/// 5 offline.
@Suite struct ExitStatusTests {
    @Test(
        "What was typed wrong: exit 2, and on standard error the usage, or where to find it",
        arguments: [
            ["--nope"], ["list", "--nope"], ["show"], ["frobnicate"], ["list", "extra"], ["list", "--limit", "0"],
            ["list", "--limit", "x"], ["new", "x"], ["new", "x", "--body", "a", "--body-file", "b"],
            ["merge", "x", "--ours", "--theirs"], ["group", "move", "g", "x"],
            ["group", "add", "g", "x", "--first", "--last"],
            ["connect"], ["token", "create"], ["serve", "--listen", "nonsense"],
            ["export", "x", "--since", "-1"], ["import", "x", "--as", "xml"], ["group", "nope"], ["rename", "x"],
        ])
    func usage(_ arguments: [String]) throws {
        let node = Node("node", in: try Scratch())
        let outcome = try node.attempt(arguments)
        #expect(outcome.status == 2, "\(outcome)")
        let hasUsage = outcome.error.contains("Usage: offbook") || outcome.error.contains(" --help")
        #expect(hasUsage && outcome.output.isEmpty, "\(outcome)")
    }

    @Test("Help and version are no failures, and every command has help")
    func help() throws {
        let node = Node("node", in: try Scratch())
        let help = try node.script("offbook --help")
        #expect(help.contains("0 ok, 1 failure, 2 usage, 3 not found or ambiguous, 4 conflict"))
        let commands = try node.script(
            #"offbook --help | sed -n '/:$/,$s/^  \([a-z]\+\) .*/\1/p' | grep -v '^offbook$' | sort -u"#
        ).split(separator: "\n").map(String.init)
        #expect(commands.count > 20)
        let script = commands.map { "offbook \($0) --help >/dev/null" }.joined(separator: "\n")
        #expect(try node.script(script).isEmpty)
        #expect(try node.script("offbook --version").hasPrefix("0."))
    }

    @Test("Not there: exit 3")
    func notFound() throws {
        let node = Node("node", in: try Scratch())
        try node.run("new", "here", "--body", "x")
        try node.run("group", "create", "g")
        for arguments in [
            ["show", "there"], ["edit", "there", "--body", "x"], ["rename", "there", "x"], ["tag", "there", "t"],
            ["untag", "there", "t"], ["fav", "there"], ["unfav", "there"], ["delete", "there"], ["undelete", "here"],
            ["archive", "there"], ["unarchive", "there"], ["history", "there"], ["branches", "there"],
            ["merge", "there"], ["merge", "here"], ["close", "there", "v1"], ["close", "here", "v9"], ["why", "there"],
            ["show", "here", "--version", "v9"], ["group", "show", "there"], ["group", "add", "there", "here"],
            ["group", "add", "g", "there"], ["group", "move", "g", "here", "--first"],
            ["group", "remove", "g", "here"],
            ["conflicts", "restore", "0123abcd"], ["list", "--workspace", "there"],
        ] {
            let outcome = try node.attempt(arguments)
            #expect(outcome.status == 3, "\(arguments): \(outcome)")
            #expect(outcome.error.hasPrefix("offbook: ") && outcome.output.isEmpty, "\(arguments): \(outcome)")
        }
    }

    @Test("A name that several prompts have: exit 3, and the candidates by id, each of which works")
    func ambiguous() throws {
        let node = Node("node", in: try Scratch())
        let file = try node.scratch.file("twins.json", #"[{"name":"twin","body":"a"},{"name":"twin","body":"b"}]"#)
        try node.run("import", file)
        let ids = try node.items("list").strings("id")
        #expect(ids.count == 2)
        for arguments in [["show", "twin"], ["edit", "twin", "--body", "c"], ["delete", "twin"], ["fav", "twin"]] {
            let outcome = try node.attempt(arguments)
            #expect(outcome.status == 3, "\(arguments): \(outcome)")
            for id in ids { #expect(outcome.error.contains(id.suffix(8)), "\(arguments): \(outcome)") }
        }
        let texts = try ids.map { try node.run("show", String($0.suffix(8))).output }
        #expect(texts.sorted() == ["a", "b"])
        #expect(try ids.map { try node.run("show", $0).output } == texts, "by the whole id")
        try node.run("rename", String(ids[0].prefix(12)), "no twin any more")
        #expect(try node.run("show", "twin").output == texts[1])
    }

    @Test("A name that is taken: exit 4, and nothing changes")
    func taken() throws {
        let node = Node("node", in: try Scratch())
        try node.run("new", "a", "--body", "x")
        try node.run("new", "b", "--body", "x")
        try node.run("group", "create", "g")
        let digest = try node.digest()
        for arguments in [["new", "a", "--body", "y"], ["rename", "b", "a"], ["group", "create", "g"]] {
            #expect(try node.attempt(arguments).status == 4, "\(arguments)")
        }
        #expect(try node.digest() == digest)
    }

    @Test("Failures: exit 1")
    func failures() throws {
        let node = Node("node", in: try Scratch())
        try node.run("new", "a", "--body", "x")
        for arguments in [
            ["sync"], ["edit", "a"], ["list", "--cursor", "x"], ["import", "nowhere"],
            ["new", "b", "--body-file", "nowhere"], ["export", "nowhere/file"],
        ] {
            let outcome = try node.attempt(arguments)
            #expect(outcome.status == 1 && outcome.error.hasPrefix("offbook: "), "\(arguments): \(outcome)")
        }
    }
}
