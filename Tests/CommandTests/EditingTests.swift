import Foundation
import Testing

/// Writing texts: in an editor, from options, and at the same time as somebody else.
@Suite struct EditingTests {
    /// An editor for `$EDITOR`: a shell script that gets the file as `$1`.
    /// Read by a shell, and not run: another test that starts a process at that moment still has the new file open
    /// for writing in its child, and the kernel runs no such file.
    private func editor(_ body: String, _ node: Node) throws -> [String: String] {
        ["EDITOR": "sh " + (try node.scratch.file("editor-\(UUID().uuidString)", "set -e\n\(body)\n"))]
    }

    private func drafts(_ node: Node) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: node.data + "/edits")) ?? []
    }

    private func node() throws -> Node {
        let node = Node("node", in: try Scratch())
        try node.run("new", "p", "--body", "one\n")
        return node
    }

    @Test("The editor gets the text, and what it saves is a new version")
    func editorSaves() throws {
        let node = try node()
        let outcome = try node.run("edit", "p", environment: editor(#"grep -qx one "$1"; echo two >>"$1""#, node))
        #expect(outcome.output.contains("v2"))
        #expect(try node.run("show", "p").output == "one\ntwo\n")
        #expect(try node.run("show", "p", "--version", "v1").output == "one\n")
        #expect(drafts(node).isEmpty)
        // $VISUAL comes before $EDITOR, and either may have arguments.
        let both = try editor("false", node).merging(["VISUAL": "sed -i s/two/three/"]) { $1 }
        try node.run("edit", "p", environment: both)
        #expect(try node.run("show", "p").output == "one\nthree\n")
    }

    @Test("Nothing changed in the editor is no version")
    func unchanged() throws {
        let node = try node()
        try node.run("edit", "p", environment: ["EDITOR": "true"])
        #expect(try node.items("history", "p").count == 1)
        #expect(drafts(node).isEmpty)
    }

    @Test("An editor that fails, or saves what is no text: exit 1, and the text is where the message says")
    func editorFails() throws {
        let node = try node()
        for script in [#"echo lost? >>"$1"; exit 1"#, #"echo lost? >>"$1"; printf '\377' >>"$1""#] {
            let outcome = try node.attempt("edit", "p", environment: editor(script, node))
            #expect(outcome.status == 1, "\(outcome)")
            let path = try #require(outcome.error.split(separator: "your text is in ").last).split(separator: "\n")[0]
            let kept = try Data(contentsOf: URL(filePath: String(path), relativeTo: URL(filePath: node.scratch.path)))
            #expect(String(decoding: kept, as: UTF8.self).contains("lost?"))
        }
        #expect(try node.items("history", "p").count == 1)
    }

    @Test("Saved by somebody else while the editor was open: both texts are kept, as a divergence")
    func staleEdit() throws {
        let node = try node()
        let script = #"echo mine >>"$1"; offbook edit p --body theirs --data '\#(node.data)' >/dev/null"#
        let outcome = try node.attempt("edit", "p", "--json", environment: editor(script, node))
        #expect(outcome.status == 0, "\(outcome)")
        #expect(try outcome.json["outcome"].string == "diverged")
        let branches = try node.items("branches", "p")
        #expect(branches.strings("kind").sorted() == ["branch", "divergence"])
        let texts = try branches.map { try node.run("show", "p", "--version", $0["head"].string ?? "").output }
        #expect(texts.sorted() == ["one\nmine\n", "theirs"])
        // What it names as the head is the head.
        let named = try outcome.json["head"].string ?? ""
        let head = try node.json("show", "p")["version"]["name"].string
        #expect(named == head)
    }

    @Test("Deleted by somebody else while the editor was open: exit 4, and the text is kept")
    func editOfDeleted() throws {
        let node = try node()
        let script = #"echo mine >>"$1"; offbook delete p --data '\#(node.data)' >/dev/null"#
        let outcome = try node.attempt("edit", "p", environment: editor(script, node))
        #expect(outcome.status == 4 && outcome.error.contains("undelete"), "\(outcome)")
        #expect(drafts(node).count == 1)
    }

    @Test("Texts from options, files and standard input, byte for byte")
    func bodies() throws {
        let node = try node()
        let text = "line one\r\nline two, no end\t\u{1F600} e\u{301} \u{202E}x"
        try node.run("edit", "p", "--body", text)
        #expect(try node.sql("SELECT hex(body) FROM versions WHERE generation = 2") == hex(text))
        try node.run("edit", "p", "--body-file", "-", input: text + "\n")
        #expect(try node.sql("SELECT hex(body) FROM versions WHERE generation = 3") == hex(text + "\n"))
        try node.run("edit", "p", "--body-file", node.scratch.file("text", ""))
        #expect(try node.run("show", "p").output.isEmpty, "an empty text is a text")
        // Composed and decomposed accents are different texts.
        try node.run("edit", "p", "--body", "\u{E9}")
        try node.run("edit", "p", "--body", "e\u{301}")
        #expect(try node.run("show", "p").output.unicodeScalars.count == 2)
        #expect(try node.items("history", "p").count == 6)
    }

    @Test("Rename, tag, untag, favourite, with all that a prompt was made with")
    func changes() throws {
        let node = Node("node", in: try Scratch())
        try node.run(
            "new", "p", "--body", "x", "--tag", "a", "--tag", "b", "--category", "c", "--description", "d",
            "--project", "q")
        try node.run("tag", "p", "c", "a")
        let missing = try node.run("untag", "p", "b", "never")
        #expect(missing.error.contains("never"))
        try node.run("fav", "p")
        try node.run("rename", "p", "r")
        let prompt = try node.json("show", "r")["prompt"]
        #expect(prompt["tags"] == .array([.string("a"), .string("c")]))
        #expect(prompt["category"].string == "c" && prompt["description"].string == "d")
        #expect(prompt["project"].string == "q")
        #expect(prompt["is_favourite"].bool == true)
        #expect(try node.items("list", "--tag", "c").strings("name") == ["r"])
        #expect(try node.items("list", "--tag", "b").isEmpty)
        #expect(try node.items("list", "--category", "c").strings("name") == ["r"])
        #expect(try node.attempt("show", "p").status == 3)
        try node.run("unfav", "r")
        #expect(try node.items("list", "--favourite").isEmpty)
    }
}
