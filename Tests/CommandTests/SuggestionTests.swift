import Foundation
import Testing

/// “did you mean …?”
@Suite("Misspelt names")
struct SuggestionTests {
    private func node() throws -> Node {
        let node = Node("node", in: try Scratch())
        try node.run(
            "new", "Greeting a customer", "--body", "x", "--tag", "polite", "--category", "support", "--project",
            "Stage")
        try node.run("new", "farewell", "--body", "x")
        try node.run("new", "fairwell", "--body", "x")
        try node.run("group", "create", "onboarding")
        return node
    }

    @Test(
        "What is like it is named, the likeliest first",
        arguments: [
            ("show farewel", "“farewell”", 3), ("show greeting", "“Greeting a customer”", 3),
            ("show customer", "“Greeting a customer”", 3), ("edit FAREWELL --body y", "“farewell” or “fairwell”", 3),
            ("group show onbording", "“onboarding”", 3), ("group add onboardin farewell", "“onboarding”", 3),
            ("list --project stag", "“Stage”", 3), ("list --tag polit", "“polite”", 0),
            ("list --category suport", "“support”", 0), ("search x --tag polit", "“polite”", 0),
            ("shwo farewell", "“show”", 2), ("group craete x", "“create”", 2), ("conflicts restor", "“restore”", 2),
            ("--data . lits", "“list”", 2),
        ])
    func suggests(_ command: String, _ names: String, _ status: Int32) throws {
        let outcome = try node().attempt(command.split(separator: " ").map { String($0) })
        #expect(outcome.status == status && outcome.error.contains("did you mean \(names)?"), "\(command): \(outcome)")
    }

    @Test("Where nothing is like it, it says where to look", arguments: ["show zzzzz", "group show zzzzz", "zzzzz"])
    func nothing(_ command: String) throws {
        let outcome = try node().attempt(command.split(separator: " ").map { String($0) })
        #expect(!outcome.error.contains("did you mean") && outcome.error.contains("see: offbook"), "\(outcome)")
    }

    @Test("Of a hundred thousand names, in the time that a person has")
    func many() throws {
        let node = try node()
        try node.sql(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
            INSERT INTO prompts (name) SELECT printf('the prompt of number %06d', i) FROM n
            """)
        let outcome = try node.attempt("show", "a prompt of numbr 042042")
        #expect(outcome.error.contains("“the prompt of number 042042”"), "\(outcome)")
    }
}

/// Names and texts from others can't drive the terminal of whoever looks at them.
@Suite("Hostile names and texts")
struct HostileTextTests {
    private static let hostile = "evil\u{1B}]0;title\u{7}\u{1B}[2J\u{202E}gnp.\u{9B}31m"

    private func node() throws -> Node {
        let node = Node("node", in: try Scratch())
        try node.run("new", "p", "--body", "x", "--tag", "t", "--description", "d")
        let text = hex(Self.hostile)
        for sql in [
            "UPDATE prompts SET name = CAST(x'\(text)' AS TEXT), description = CAST(x'\(text)' AS TEXT)",
            "UPDATE tags SET tag = CAST(x'\(text)' AS TEXT)",
            "INSERT INTO groups (name) VALUES (CAST(x'\(text)' AS TEXT))",
            "UPDATE users SET name = CAST(x'\(text)' AS TEXT)",
        ] { try node.sql(sql) }
        return node
    }

    private func hex(_ text: String) -> String { text.utf8.map { String(format: "%02x", $0) }.joined() }

    @Test(
        "On a terminal nothing but colours comes through",
        arguments: [
            "list", "show $ID", "history $ID", "search evil", "group list", "branches $ID", "diff $ID", "delete $ID",
        ])
    func terminal(_ command: String) throws {
        let node = try node()
        try node.run("edit", try id(of: node), "--body", "text: \(Self.hostile)\n")
        let screen = try PseudoTerminal.run(
            "offbook \(command) 2>&1",
            environment: ["OFFBOOK_DATA": node.data, "ID": id(of: node), "OFFBOOK_PAGER": ""],
            in: node.scratch.path)
        #expect(screen.text.contains("evil"))
        // The colours are gone from the text; what would still be there is the name's.
        for scalar in screen.text.unicodeScalars {
            #expect(scalar == "\n" || scalar == "\t" || (scalar.value >= 0x20 && !(0x7F...0x9F).contains(scalar.value)))
            #expect(scalar != "\u{202E}")
        }
        #expect(!screen.output.contains("\u{1B}[2J"))
    }

    private func id(of node: Node) throws -> String { try node.sql("SELECT lower(hex(id)) FROM prompts") }

    @Test("To a pipe the text goes byte for byte")
    func piped() throws {
        let node = try node()
        try node.run("edit", try id(of: node), "--body", Self.hostile)
        #expect(try node.run("show", try id(of: node)).output == Self.hostile)
    }
}
