import Foundation
import Testing

/// A real collection of 1,529 prompts, which lies beside the checkout on some machines.
private let collection = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../../shared/data/prompts.csv").standardizedFileURL.path

private let isCollectionHere = FileManager.default.fileExists(atPath: collection)

/// A real file goes through import and sync without the loss of a byte, and never comes in twice.
@Suite(.enabled(if: isCollectionHere, "shared/data/prompts.csv is not beside this checkout"))
struct PromptCollectionTests {
    private static let prompts = 1529

    /// Python's readers of CSV and SQLite decide whether a replica holds each row of the file as often
    /// as the file does, every body byte for byte. (Of a title, the white space around it goes.)
    private static let judge = """
        import collections, csv, sqlite3, sys
        csv.field_size_limit(1 << 30)
        with open(sys.argv[1], newline="", encoding="utf-8") as file:
            rows = [(row["act"].strip().encode(), row["prompt"].encode()) for row in csv.DictReader(file)]
        base = sqlite3.connect(f"file:{sys.argv[2]}?mode=ro", uri=True)
        base.text_factory = bytes
        query = "SELECT p.name, v.body FROM prompts p JOIN tips t ON t.prompt_id = p.id JOIN versions v ON v.id = t.version_id"
        held = base.execute(query).fetchall()
        want, have = collections.Counter(rows), collections.Counter(held)
        for title, body in (want - have): print("missing", title, len(body))
        for title, body in (have - want): print("too many", title, len(body))
        print(len(rows), "rows,", sum(count - 1 for count in want.values()), "of them repeated,", len(held), "held")
        """

    @Test("Every row of the file is on the node that imported it and on the node that synced with it")
    func everyBodyArrives() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let alice = Node("alice", in: scratch)

        let first = try alice.json("import", collection)
        #expect(first["created"].int == Self.prompts)
        #expect(first["rejected"] == .array([]))
        try alice.connect(server, token)
        try alice.sync()
        let bob = try Node.joining(server, token, "bob", in: scratch)

        let verdict = "1529 rows, 16 of them repeated, 1529 held"
        #expect(try python(Self.judge, collection, alice.replica) == verdict)
        #expect(try python(Self.judge, collection, bob.replica) == verdict)
        try expectEqualText(of: try longest(on: bob), on: bob)

        try settle(alice, bob)
        let digest = try alice.digest()
        #expect(try bob.digest() == digest)
        try expectNothingNew(alice, bob, digest)
    }

    /// A second import on either node and the syncs after it send nothing.
    private func expectNothingNew(_ alice: Node, _ bob: Node, _ digest: String) throws {
        for node in [alice, bob] {
            let again = try node.json("import", collection)
            #expect(again["unchanged"].int == Self.prompts)
            #expect(again["created"].int == 0 && again["updated"].int == 0 && again["restored"].int == 0)
            let sync = try node.sync()
            #expect(sync["sent"].int == 0 && sync["received"].int == 0, "\(node.name): \(sync)")
            #expect(try node.digest() == digest)
        }
    }

    /// `show` to a pipe prints exactly the text.
    private func expectEqualText(of prompt: String, on node: Node) throws {
        let held = try node.sql("SELECT hex(body) FROM versions WHERE prompt_id = x'\(prompt)'")
        let shown = try node.script("offbook show \(prompt) | od -An -v -tx1 | tr -d ' \\n'")
        #expect(shown.uppercased() == held)
    }

    private func longest(on node: Node) throws -> String {
        try node.sql("SELECT lower(hex(prompt_id)) FROM versions ORDER BY length(CAST(body AS BLOB)) DESC LIMIT 1")
    }

    @Test("What was renamed keeps its new name when a third node brings the same file")
    func renameStands() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let alice = Node("alice", in: scratch)
        try alice.run("import", collection)
        try alice.connect(server, token)
        // One title that is unique in the file, and one of several rows that are equal to the byte.
        let unique = try id(on: alice, having: "count(*) = 1")
        let twin = try id(on: alice, having: "count(*) > 1 AND count(DISTINCT v.body) = 1")
        try alice.run("rename", unique, "the first new name")
        try alice.run("rename", twin, "the second new name")
        try alice.sync()

        let carol = Node("carol", in: scratch)
        try carol.run("import", collection)
        try carol.connect(server, token, "--adopt")
        try settle(carol, alice)

        for node in [alice, carol] {
            let names = try node.sql("SELECT name FROM prompts WHERE id IN (x'\(unique)', x'\(twin)') ORDER BY name")
            #expect(names == "the first new name\nthe second new name", "on \(node.name)")
            for table in ["prompts", "versions", "tips"] {
                #expect(try node.count(table) == Self.prompts, "\(table) on \(node.name)")
            }
            #expect(try node.items("branches").isEmpty)
        }
        #expect(try alice.digest() == carol.digest())
        // Nor does it come back under its old name by one more import.
        #expect(try carol.json("import", collection)["created"].int == 0)
    }

    private func id(on node: Node, having condition: String) throws -> String {
        try node.sql(
            """
            SELECT lower(hex(min(p.id))) FROM prompts p JOIN versions v ON v.prompt_id = p.id
            GROUP BY p.name HAVING \(condition) ORDER BY 1 LIMIT 1
            """)
    }
}
