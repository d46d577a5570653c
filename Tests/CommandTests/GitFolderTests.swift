import Foundation
import Testing

/// Prompts as files in a git repository, edited there by hand and taken in again.
@Suite struct GitFolderTests {
    /// A library of so many prompts, exported into a repository and committed.
    private func repository(prompts: Int = 40, format: String = "markdown") throws -> (node: Node, folder: String) {
        let node = Node("node", in: try Scratch())
        let rows = (0..<prompts).map {
            #"{"name": "Prompt \#($0)", "body": "First line \#($0)\nlast line", "tags": ["t"]}"#
        }
        let file = try node.scratch.file("rows.jsonl", rows.joined(separator: "\n"))
        try node.run("import", file)
        return (node, try committed(node, format: format))
    }

    private func committed(_ node: Node, format: String = "markdown") throws -> String {
        let folder = node.scratch.path + "/prompts"
        try node.run("export", folder, "--format", format)
        try git(folder, "git init -q -b main . && git add -A && git commit -qm exported")
        return folder
    }

    @discardableResult
    private func git(_ folder: String, _ script: String) throws -> String {
        let identity = ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"].map { ($0, "Ada") }
        let mail = ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"].map { ($0, "ada@example.com") }
        let result = try shell(
            script, environment: Dictionary(uniqueKeysWithValues: identity + mail), in: folder)
        guard result.status == 0 else { throw Complaint("\(script): \(result.error)") }
        return result.output
    }

    private func changed(_ folder: String) throws -> [String] {
        try git(folder, "git status --porcelain -uall").split(separator: "\n").map(String.init)
    }

    @Test(
        "Three files edited, one added, one removed: exactly that is imported",
        arguments: ["markdown", "prompty", "json"])
    func exactly(_ format: String) throws {
        let (node, folder) = try repository(format: format)
        let end = ["markdown": "md", "prompty": "prompty", "json": "json"][format] ?? ""
        let added =
            format == "json"
            ? #"{"name": "Fresh", "body": "New.", "tags": ["x"]}"# : "---\nname: Fresh\ntags: [x]\n---\n\nNew.\n"
        try added.write(toFile: "\(folder)/fresh.\(end)", atomically: true, encoding: .utf8)
        try git(
            folder,
            "sed -i 's/First line/Edited line/' Prompt-3.\(end) Prompt-17.\(end) Prompt-30.\(end); git rm -q Prompt-9.\(end)"
        )
        let dry = try node.json("import", folder, "--dry-run")
        let report = try node.json("import", folder)
        #expect(dry == report)
        #expect(report["created"].int == 1 && report["updated"].int == 3 && report["unchanged"].int == 36)
        #expect(report["removed"].array?.strings == ["Prompt 9"] && report["pruned"] == .array([]))
        for number in [3, 17, 30] {
            #expect(try node.run("show", "Prompt \(number)").output == "Edited line \(number)\nlast line")
            #expect(try node.items("history", "Prompt \(number)").count == 2)
        }
        #expect(try node.run("show", "Fresh").output == "New.")
        #expect(try node.run("show", "Prompt 9").output == "First line 9\nlast line")
        #expect(try node.count("versions") == 44)
        let pruned = try node.json("import", folder, "--prune")
        #expect(pruned["pruned"].array?.strings == ["Prompt 9"] && pruned["unchanged"].int == 40)
        #expect(try node.attempt("show", "Prompt 9").status == 3)
        // The library and the folder are one again: there is nothing to write.
        try git(folder, "git add -A && git commit -qm imported")
        #expect(try node.json("export", folder)["written"].int == 0)
        #expect(try changed(folder).isEmpty)
    }

    @Test(
        "Two branches of the repository that edit different prompts merge without a conflict, and come in as they are")
    func branches() throws {
        let (node, folder) = try repository()
        try git(
            folder,
            """
            git checkout -qb one; sed -i 's/First/ONE/' Prompt-1.md; git commit -qam one
            git checkout -q main; git checkout -qb two; sed -i 's/last/TWO/' Prompt-2.md; git commit -qam two
            git checkout -q main; git merge -q one; git merge -q --no-edit two
            """)
        #expect(try node.json("import", folder)["updated"].int == 2)
        #expect(try node.run("show", "Prompt 1").output == "ONE line 1\nlast line")
        #expect(try node.run("show", "Prompt 2").output == "First line 2\nTWO line")
    }

    @Test("An edit of a file on which the library has moved on stands beside the head, and merges")
    func divergence() throws {
        let (node, folder) = try repository(prompts: 2)
        try node.run("edit", "Prompt 0", "--body", "First line 0\nlast line, here")
        try git(folder, "sed -i 's/First/Very first/' Prompt-0.md")
        let report = try node.json("import", folder)
        #expect(report["diverged"].int == 1)
        #expect(try node.items("branches").count == 2)
        try node.run("merge", "Prompt 0")
        #expect(try node.run("show", "Prompt 0").output == "Very first line 0\nlast line, here")
    }

    @Test("A second clone of the repository, taken in elsewhere, gives the same prompts")
    func secondClone() throws {
        let (node, folder) = try repository(prompts: 5)
        let other = Node("other", in: node.scratch)
        let clone = node.scratch.path + "/clone"
        try git(folder, "git clone -q . \(quoted(clone))")
        #expect(try other.json("import", clone)["created"].int == 5)
        let again = node.scratch.path + "/again"
        try other.run("export", again, "--format", "markdown")
        #expect(try git(folder, "diff -r -x .git . \(quoted(again))").isEmpty)
    }

    @Test("A folder in which files were edited and not imported is not overwritten; a foreign prune is refused")
    func careful() throws {
        let (node, folder) = try repository(prompts: 3)
        try git(folder, "sed -i 's/First/Mine/' Prompt-1.md")
        let refused = try node.attempt("export", folder)
        #expect(refused.status == 4 && refused.error.contains("Prompt-1.md"), "\(refused)")
        #expect(try changed(folder) == [" M Prompt-1.md"])
        try node.run("export", folder, "--force")
        #expect(try changed(folder).isEmpty)
        let foreign = node.scratch.path + "/foreign"
        try FileManager.default.createDirectory(atPath: foreign, withIntermediateDirectories: true)
        #expect(try node.attempt("import", foreign, "--prune").status == 2)
        #expect(try node.attempt("import", foreign).status == 1)
        #expect(try node.attempt("export", folder, "--format", "json").status == 1)
        #expect(try node.attempt("export", foreign).status == 2)
    }

    @Test("A folder of patterns, a Prompty file and a template of llm come in from elsewhere, and stay as they are")
    func foreign() throws {
        let node = Node("node", in: try Scratch())
        let root = node.scratch.path + "/elsewhere"
        let files = [
            "patterns/summarize/system.md": "# IDENTITY\n\nYou summarize.\n",
            "patterns/translate/system.md": "Translate.\n", "patterns/translate/user.md": "{{text}}\n",
            "basic.prompty":
                "---\nname: Basic\nauthors: [ada]\nmodel:\n  api: chat\n  parameters:\n    max_tokens: 100\n---\nsystem:\nBe brief.\n\nuser:\n{{question}}\n",
            "llm/haiku.yaml": "system: You write haikus.\nprompt: 'About $thing'\n", "README.md": "# Not a prompt\n",
        ]
        for (path, text) in files {
            let url = URL(filePath: "\(root)/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        #expect(try node.json("import", root)["created"].int == 4)
        #expect(try node.run("show", "summarize").output == "# IDENTITY\n\nYou summarize.")
        let basic = try node.json("show", "Basic")
        #expect(basic["version"]["type"].string == "chat" && basic["settings"]["max_tokens"].int == 100)
        #expect(basic["messages"].array?.count == 2)
        #expect(try node.json("show", "translate")["messages"].array?.count == 2)
        #expect(try node.run("render", "haiku", "--var", "thing=rain").output.contains("About rain"))
        for (path, text) in files {
            #expect(try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8) == text)
        }
        #expect(try node.json("import", root)["unchanged"].int == 4)
    }
}

extension [JSON] {
    fileprivate var strings: [String] { compactMap(\.string) }
}
