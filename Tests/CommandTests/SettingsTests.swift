import Foundation
import Testing

/// What stands beside a text: settings, variables, roles; by options and in an editor.
@Suite struct SettingsTests {
    private func node() throws -> Node {
        let node = Node("node", in: try Scratch())
        try node.run("init", "--name", "Team")
        return node
    }

    /// An editor that applies a sed script.
    private func editor(_ script: String) -> [String: String] { ["EDITOR": "sed -i \(quoted(script))", "VISUAL": ""] }

    @Test("settings by options, with the types that JSON has")
    func options() throws {
        let node = try node()
        try node.run(
            "new", "p", "--body", "text", "--set", "temperature=0.20", "--set", "model=gpt-4o", "--set", "stop=[\"a\"]")
        let settings = try node.json("show", "p")["settings"]
        #expect(settings["temperature"] == .number(0.2) && settings["model"].string == "gpt-4o")
        #expect(settings["stop"].array?.count == 1)
        try node.run("edit", "p", "--set", "temperature=1", "--unset", "stop")
        let diff = try node.run("diff", "p").output
        #expect(diff.contains("-temperature: 0.20\n") && diff.contains("+temperature: 1\n"), "\(diff)")
        #expect(try node.run("show", "p").output == "text")
        #expect(try node.attempt("edit", "p", "--unset", "nothing").status == 3)
        #expect(try node.attempt("edit", "p", "--set", "nothing").status == 2)
    }

    @Test("in an editor they stand above the text, and are kept when the text is edited")
    func editing() throws {
        let node = try node()
        try node.run("new", "p", "--body", "one two", "--set", "temperature=0.5")
        try node.run("edit", "p", environment: editor("s/one/ONE/; s/temperature: 0.5/temperature: 0.7/"))
        #expect(try node.run("show", "p").output == "ONE two")
        #expect(try node.json("show", "p")["settings"]["temperature"] == .number(0.7))
        try node.run("new", "plain", "--body=---\nno settings\n---\n")
        try node.run("edit", "plain", environment: editor("s/no settings/none/"))
        #expect(try node.run("show", "plain").output == "---\nnone\n---\n")
        try node.run(
            "edit", "plain", "--with-settings", environment: editor("s/^settings: {}/settings: {seed: 1}/"))
        #expect(try node.json("show", "plain")["settings"]["seed"].int == 1)
        let wrong = try node.attempt("edit", "p", environment: editor("s/^settings:/tags: [x]\\nsettings:/"))
        #expect(wrong.status == 1 && wrong.error.contains("your text is in"), "\(wrong)")
    }

    @Test("a chat is read by its roles, and a text without any is none")
    func chats() throws {
        let node = try node()
        try node.run("new", "c", "--chat", "--body", "system:\nBe kind.\n\nuser:\n{{q}}\n")
        let messages = try node.json("render", "c", "--var", "q=Why?\nsystem:\nno")["messages"].array ?? []
        #expect(messages.map { $0["role"].string } == ["system", "user"])
        #expect(messages.last?["content"].string == "Why?\nsystem:\nno")
        #expect(try node.attempt("new", "d", "--chat", "--body", " ").status == 1)
        try node.run("edit", "c", "--no-chat")
        #expect(try node.json("show", "c")["version"]["type"].string == "text")
    }

    @Test("variables are declared in a file; render takes values from YAML and JSON, and says what is wrong")
    func variables() throws {
        let node = try node()
        let declared = try node.scratch.file(
            "variables.yaml", "- name: tone\n  enum: [warm, cold]\n  default: warm\n- name: n\n  type: number\n")
        try node.run("new", "p", "--body", "{{tone}} {{n}}", "--variables", declared)
        let yaml = try node.scratch.file("values.yaml", "n: 12\ntone: cold\n")
        let json = try node.scratch.file("values.json", #"{"n": 1.50}"#)
        #expect(try node.run("render", "p", "--vars-file", yaml).output == "cold 12")
        #expect(try node.run("render", "p", "--vars-file", json).output == "warm 1.50")
        #expect(try node.run("render", "p", "--vars-file", json, "--var", "tone=cold").output == "cold 1.50")
        for (arguments, word) in [
            (["--var", "n=x"], "number"), (["--var", "n=1", "--var", "tone=hot"], "hot"), ([], "n"),
            (["--var", "n=1", "--var", "tune=warm"], "tune"),
        ] {
            let wrong = try node.attempt(["render", "p"] + arguments)
            #expect(wrong.status == 1 && wrong.error.contains(word), "\(wrong)")
        }
        let bomb = try node.scratch.file("bomb.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n")
        #expect(try node.attempt("render", "p", "--vars-file", bomb).status == 1)
        let listed = try node.items("render", "p", "--list-vars")
        #expect(listed.map { $0["name"].string } == ["tone", "n"])
        #expect(listed.first?["enum"].array?.count == 2 && listed.last?["type"].string == "number")
    }

    @Test("settings that two nodes changed are settled in the editor, with markers")
    func merging() throws {
        let scratch = try Scratch()
        let (alice, bob) = (Node("alice", in: scratch), Node("bob", in: scratch))
        try alice.run("init", "--name", "Team", "--node", "alice")
        try alice.run("new", "p", "--body", "one two", "--set", "temperature=0.5", "--set", "model=a")
        try alice.carry(to: bob)
        try alice.run("edit", "p", "--body", "ONE two", "--set", "temperature=0.1")
        try bob.run("edit", "p", "--body", "one TWO", "--set", "temperature=0.9", "--set", "model=b")
        try alice.carry(to: bob)
        let refused = try bob.attempt("merge", "p", "--body-file", try scratch.file("text", "mine"))
        #expect(refused.status == 4 && refused.error.contains("temperature"), "\(refused)")
        let left = try bob.attempt("merge", "p", environment: ["EDITOR": "true", "VISUAL": ""])
        #expect(left.status == 4, "\(left)")
        // Keep what stands between ======= and >>>>>>>, drop the rest of the block.
        let script = "/^<<<<<<< /,/^=======$/d; /^>>>>>>> /d"
        try bob.run("merge", "p", environment: editor(script))
        let shown = try bob.json("show", "p")
        #expect(shown["body"].string == "ONE TWO" && shown["settings"]["model"].string == "b")
        #expect([JSON.number(0.1), .number(0.9)].contains(shown["settings"]["temperature"]))
    }

    @Test("set, project, config and usage")
    func commands() throws {
        let node = try node()
        try node.run("new", "one", "--body", "Hi {{name}}", "--project", "Mail")
        try node.run("new", "two", "--body", "x", "--template")
        try node.run("set", "one", "--description", "greets", "--category", "c", "--format", "mustache")
        #expect(try node.items("list", "--category", "c").map { $0["description"].string } == ["greets"])
        #expect(try node.attempt("set", "one").status == 2)
        #expect(try node.items("list", "--templates").map { $0["name"].string } == ["two"])
        try node.run("project", "create", "Other", "-d", "another")
        #expect(try node.items("project").map { $0["name"].string } == ["Mail", "Other"])
        #expect(try node.attempt("project", "create", "Other").status == 4)
        let unknown = try node.attempt("list", "--project", "Mali")
        #expect(unknown.status == 3 && unknown.error.contains("Mail"), "\(unknown)")
        try node.run("config", "set", "list.columns", "name,project")
        #expect(
            try node.run("list").output.split(separator: "\n").map { $0.split(separator: " ") } == [
                ["one", "Mail"], ["two"],
            ])
        try node.script("offbook config set list.sort -- -name")
        #expect(try node.run("list", "--columns", "name").output == "two\none\n")
        #expect(try node.run("config", "get", "list.sort").line == "-name")
        #expect(try node.attempt("config", "get", "pager").status == 3)
        #expect(try node.attempt("config", "set", "list.sort", "size").status == 1)
        try node.run("render", "one", "--var", "name=Ada")
        try node.run("render", "one", "--var", "name=Ada", "--no-record")
        let usage = try node.items("usage")
        #expect(usage.map { $0["name"].string } == ["one"] && usage.first?["count"].int == 1)
        #expect(try node.items("usage", "--by", "day").count == 1)
    }

    @Test("an editor that empties the file, or takes the settings' place away, saves nothing")
    func emptied() throws {
        let node = try node()
        try node.run("new", "p", "--body", "one", "--set", "temperature=0.5")
        for script in ["d", "1,/^---$/d; /^---$/d"] {
            let outcome = try node.attempt("edit", "p", environment: editor(script))
            #expect(outcome.status == 1 && outcome.error.contains("your text is in"), "\(outcome)")
        }
        #expect(try node.items("history", "p").count == 1)
    }

    @Test("what does not make sense is refused: a variable twice, a default that does not fit, settings too deep")
    func nonsense() throws {
        let node = try node()
        let deep = "a=" + String(repeating: "[", count: 40) + "1" + String(repeating: "]", count: 40)
        #expect(try node.attempt("new", "p", "--body", "x", "--set", deep).status == 1)
        for yaml in ["- name: a\n- name: a\n", "- name: a\n  type: number\n  default: abc\n", "- name: ''\n"] {
            let file = try node.scratch.file("variables.yaml", yaml)
            #expect(try node.attempt("new", "p", "--body", "x", "--variables", file).status == 1, "\(yaml)")
        }
        #expect(try node.items("list").isEmpty)
    }

    @Test("an export goes through a symbolic link, and into a pipe, without replacing it")
    func specialFiles() throws {
        let node = try node()
        try node.run("new", "p", "--body", "x")
        let output = try node.script(
            """
            echo old > target; ln -s target link; mkfifo pipe
            offbook export link --format jsonl > said
            (cat pipe > read) & offbook export pipe --format jsonl > said; wait
            test -L link && test -p pipe && grep -c '"p"' target read
            """)
        #expect(output == "target:1\nread:1\n")
    }
}
