import Testing

/// The commands on versions, labels and what is in a file, as a person uses them.
@Suite struct LibraryCommandTests {
    private func node() throws -> Node {
        let node = Node("node", in: try Scratch())
        try node.run("new", "greeting", "--body", "Hello {{name}}\n", "--tag", "polite")
        try node.run("edit", "greeting", "--body", "Good day {{name}}\n", "-m", "formal")
        return node
    }

    @Test("diff, rollback and duplicate")
    func versions() throws {
        let node = try node()
        let diff = try node.run("diff", "greeting").output
        #expect(diff.contains("-Hello {{name}}\n") && diff.contains("+Good day {{name}}\n"), "\(diff)")
        #expect(try node.run("diff", "greeting", "v1", "v1").output.isEmpty)
        try node.run("rollback", "greeting", "v1")
        #expect(try node.run("show", "greeting").output == "Hello {{name}}\n")
        #expect(try node.items("history", "greeting").count == 3)
        #expect(try node.json("duplicate", "greeting")["name"].string == "greeting_copy")
        #expect(try node.run("show", "greeting_copy").output == "Hello {{name}}\n")
        #expect(try node.attempt("duplicate", "greeting").status == 4)
    }

    @Test("labels, metadata and render")
    func labels() throws {
        let node = try node()
        try node.run("label", "greeting", "production", "v1")
        #expect(try node.run("show", "greeting", "--label", "production").output == "Hello {{name}}\n")
        #expect(
            try node.run("render", "greeting", "--label", "production", "--var", "name=<Ada>").output == "Hello <Ada>\n"
        )
        let missing = try node.attempt("render", "greeting")
        #expect(missing.status == 1 && missing.error.contains("name"), "\(missing)")
        #expect(try node.attempt("show", "greeting", "--label", "nowhere").status == 3)
        try node.run("label", "greeting", "production", "--remove")
        #expect(try node.attempt("show", "greeting", "--label", "production").status == 3)
        try node.run("meta", "set", "greeting", "owner", "ada")
        #expect(try node.items("meta", "list", "greeting").strings("value") == ["ada"])
        try node.run("meta", "unset", "greeting", "owner")
        #expect(try node.items("meta", "list", "greeting").isEmpty)
    }

    @Test("search, doctor and inspect")
    func looking() throws {
        let node = try node()
        #expect(try node.items("search", "good", "day").count == 1)
        #expect(try node.items("search", "nowhere").isEmpty)
        #expect(try node.items("doctor").isEmpty)
        let file = node.scratch.path + "/all"
        try node.run("export", file)
        let inspected = try shell("offbook inspect \(quoted(file))")
        #expect(inspected.status == 0 && inspected.output.contains(#""table":"prompts""#), "\(inspected)")
        #expect(try shell("offbook inspect \(quoted(file))-nowhere").status == 1)
    }
}
