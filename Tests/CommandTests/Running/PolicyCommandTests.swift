import Foundation
import Testing

@Suite("Policies, and what went against them")
struct PolicyCommandTests {
    private func node() throws -> Node {
        let node = Node("node", in: try Scratch())
        try node.run("init")
        try node.run("policies", "add", "privacy", "--kind", "pii", "--find", "email,secret", "--action", "block")
        return node
    }

    @Test("A policy is added by options, listed, shown, edited bit by bit, and removed")
    func changing() throws {
        let node = try node()
        try node.run("project", "create", "support")
        let added = try node.json("policies", "show", "privacy")
        #expect(added["rules"] == .object(["kinds": .array([.string("email"), .string("secret")])]))
        #expect(added["action"].string == "block" && added["severity"].string == "medium")
        #expect(added["is_active"].bool == true && added["is_enforced"].bool == true)
        try node.run(
            "policies", "edit", "privacy", "--threshold", "0.8", "--project", "support", "--allow", "@example.org",
            "--applies-to", "output", "--observe", "--inactive", "-d", "Nobody's address", "--name", "private")
        let edited = try node.json("policies", "show", "private")
        #expect(edited["rules"]["allow"] == .array([.string("@example.org")]))
        #expect(edited["rules"]["kinds"] == added["rules"]["kinds"] && edited["rules"]["applies_to"].string == "output")
        #expect(edited["threshold"] == .number(0.8) && edited["project"].string == "support")
        #expect(edited["is_active"].bool == false && edited["is_enforced"].bool == false)
        let row = try node.run("policies").output
        #expect(row.contains("private") && row.contains("support") && row.contains("inactive observing"))
        try node.run("policies", "edit", "private", "--no-threshold", "--whole-workspace", "--active", "--enforce")
        let freed = try node.json("policies", "show", "private")
        #expect(freed["threshold"].isNull && freed["project_id"].isNull && freed["is_active"].bool == true)
        #expect(try node.run("policies", "show", "private").output.contains("enforced"))
        try node.run("policies", "remove", "private")
        #expect(try node.items("policies", "list").isEmpty)
    }

    @Test("Rules come as JSON too, from an option, a file or standard input; what an option says stands over them")
    func rules() throws {
        let node = try node()
        let json = #"{"required": ["No advice."], "max_length": 100}"#
        try node.run("policies", "add", "notice", "--kind", "custom", "--rules", json)
        try node.run(["policies", "add", "piped", "--kind", "custom", "--rules-file", "-"], input: json)
        let file = try node.scratch.file("rules.json", json)
        let both = try node.run(
            "policies", "add", "both", "--kind", "custom", "--rules-file", file, "--max-length", "9", "--pattern",
            "-[0-9]+", "--forbidden", "advice", "--min-length", "2", "--json"
        ).json["rules"]
        let items = try node.items("policies")
        #expect(items.strings("name") == ["both", "notice", "piped", "privacy"])
        #expect(items[1]["rules"] == items[2]["rules"] && items[1]["rules"]["max_length"].int == 100)
        #expect(both["max_length"].int == 9 && both["patterns"] == .array([.string("-[0-9]+")]))
        #expect(both["required"] == items[1]["rules"]["required"])
        try node.run("policies", "edit", "both", "--rules", #"{"forbidden": ["x"]}"#)
        #expect(try node.json("policies", "show", "both")["rules"] == .object(["forbidden": .array([.string("x")])]))
        try node.run("policies", "add", "rude", "--kind", "toxicity", "--word", "blockhead", "--no-builtin")
        #expect(try node.json("policies", "show", "rude")["rules"]["builtin"].bool == false)
    }

    @Test("What is wrong is named, and nothing is added")
    func faults() throws {
        let node = try node()
        let add = ["policies", "add", "x", "--kind"]
        for (arguments, word) in [
            (["pii", "--word", "w"], "rules.words"), (["pii", "--find", "faces"], "rules.kinds[0]"),
            (["custom", "--pattern", "("], "rules.patterns[0]"), (["custom"], "rules"),
            (["pii", "--rules", "[]"], "rules"), (["pii", "--rules", "{"], "--rules"),
            (["pii", "--rules", #"{"kinds": ["email"], "kinds": []}"#], "kinds"),
            (["pii", "--threshold", "2"], "threshold"),
            (["cost"], "threshold"), (["custom", "--word", "w"], "rules.words"),
        ] {
            let outcome = try node.attempt(add + arguments)
            #expect(outcome.status == 1 && outcome.error.contains(word), "\(arguments): \(outcome)")
        }
        for arguments in [
            ["add", "x"], ["add", "x", "--kind", "other"], ["edit", "privacy"],
            ["add", "x", "--kind", "pii", "--active", "--inactive"],
            ["edit", "privacy", "--threshold", "1", "--no-threshold"], ["triage", "1a2b3c4d", "ignored"],
            ["add", "x", "--kind", "pii", "--rules", "{}", "--rules-file", "-"], ["violations", "--status", "gone"],
        ] {
            #expect(try node.attempt(["policies"] + arguments).status == 2, "\(arguments)")
        }
        #expect(try node.attempt("policies", "add", "privacy", "--kind", "pii").status == 4)
        let missing = try node.attempt("policies", "show", "privaci")
        #expect(missing.status == 3 && missing.error.contains("privacy"))
        #expect(try node.attempt("policies", "edit", "privacy", "--project", "nowhere").status == 3)
        #expect(try node.attempt("policies", "violation", "1a2b3c4d").status == 3)
        #expect(try node.items("policies").count == 1)
    }

    @Test("A text is checked, from an argument or standard input: masked, with its place, and exit 1")
    func check() throws {
        let node = try node()
        let found = try node.attempt("policies", "check", "privacy", "Hello.\nWrite to ada@example.org now.", "--json")
        let finding = try #require(try found.json["items"].array?.first)
        #expect(
            found.status == 1 && finding["kind"].string == "email" && finding["found"].string?.hasPrefix("ad•") == true)
        #expect(finding["line"].int == 2 && finding["column"].int == 10 && finding["confidence"].int != 0)
        let piped = try node.attempt(["policies", "check", "privacy", "-"], input: "Write to ada@example.org.")
        #expect(piped.status == 1 && piped.output.contains("1:10") && !piped.output.contains("ada@"), "\(piped)")
        let clean = try node.attempt(["policies", "check", "privacy"], input: "Write to nobody.")
        #expect(clean.status == 0 && clean.output.isEmpty && clean.error.contains("Nothing"))

        try node.run("policies", "edit", "privacy", "--applies-to", "output", "--inactive")
        let address = "ada@example.org"
        #expect(try node.attempt("policies", "check", "privacy", address, "--side", "input").status == 0)
        #expect(try node.attempt("policies", "check", "privacy", address, "--side", "output").status == 1)
        #expect(try node.attempt("policies", "check", "privacy", address).status == 1)
        try node.run("policies", "add", "short", "--kind", "custom", "--max-length", "3")
        #expect(try node.attempt("policies", "check", "short", "four").output.contains("3 is the limit"))
        try node.run("policies", "add", "dear", "--kind", "cost", "--threshold", "0.05")
        let dear = try node.attempt("policies", "check", "dear", "text")
        #expect(dear.status == 1 && dear.error.contains("no text"))
    }

    @Test("Violations are listed, by what one asks for, shown, and given an end")
    func violations() throws {
        let node = try node()
        #expect(try node.attempt("policies", "violations").error.contains("no violations"))
        try node.run("policies", "add", "dear", "--kind", "cost", "--threshold", "0.05")
        try node.run("new", "greeting", "--body", "Hello.")
        try node.sql(
            """
            INSERT INTO violations (policy_id, prompt_id, user_id, kind, found, side, confidence, occurred_at)
            SELECT policies.id, prompts.id, users.id, 'email', 'ad••rg', 'input', '0.95', 1700000000000
            FROM policies, prompts, users WHERE policies.name = 'privacy';
            INSERT INTO violations (policy_id, user_id, kind, measured, threshold, confidence, occurred_at)
            SELECT policies.id, users.id, 'cost', '0.07', '0.05', 'nan', 1800000000000
            FROM policies, users WHERE policies.name = 'dear';
            """)
        let all = try node.items("policies", "violations")
        #expect(all.strings("kind") == ["cost", "email"] && all[0]["measured"] == .number(0.07))
        #expect(all[0]["confidence"].isNull && all[1]["policy"].string == "privacy")
        for filter in [
            ["--policy", "privacy"], ["--prompt", "greeting"], ["--status", "open", "--limit", "1", "--cursor", "1"],
        ] {
            let found = try node.attempt(["policies", "violations", "--json"] + filter).json["items"].array
            #expect(found?.strings("kind") == ["email"], "\(filter)")
        }
        #expect(try node.items("policies", "violations", "--since", "2024-01-01").count == 1)
        let id = try #require(all[1]["id"].string)
        try node.run("policies", "triage", String(id.suffix(8)), "false_positive", "--notes", "Our own.")
        let resolved = try node.json("policies", "violation", id)
        #expect(resolved["status"].string == "false_positive" && resolved["notes"].string == "Our own.")
        #expect(resolved["resolved_at"].int != nil && resolved["resolved_by"].string != nil)
        #expect(try node.items("policies", "violations", "--status", "open").strings("kind") == ["cost"])
        try node.run("policies", "triage", id, "open")
        #expect(try node.json("policies", "violation", id)["resolved_at"].isNull)
        let shown = try node.run("policies", "violation", id).output
        #expect(shown.contains("ad••rg") && shown.contains("Our own."))
        try node.run("policies", "remove", "privacy")
        #expect(try node.run("policies", "violations").output.contains("privacy"), "what went against it stays")
    }

    @Test("Names are completed")
    func completion() throws {
        let node = try node()
        #expect(try node.script("offbook __complete fish -- 'offbook policies show pri' ''").contains("privacy"))
        #expect(
            try node.script("offbook __complete fish -- 'offbook policies edit x --action bl' ''").contains("block"))
    }
}
