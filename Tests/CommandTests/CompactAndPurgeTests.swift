import Foundation
import Testing

/// What goes for good: by time, and by order.
@Suite("Compact and purge")
struct CompactAndPurgeTests {
    private static let needle = "hunter2needle"

    private func members(_ json: JSON) -> Set<String> { Set(json.object?.keys.map { $0 } ?? []) }

    @Test("compact drops what is long in the trash, and gives back the space")
    func compact() throws {
        let node = Node("node", in: try Scratch())
        try node.run("init", "--name", "Team")
        try node.script(
            #"""
            head -c 200000 /dev/zero | tr '\0' x > "$DATA/body"
            for i in 1 2 3 4; do offbook new "p$i" --body-file "$DATA/body" >/dev/null; offbook delete "p$i" >/dev/null; done
            offbook new kept --body kept >/dev/null
            """#)
        let early = try node.json("compact")
        #expect(early["role"].string == "collector" && early["rows"].int == 0 && early["dropped"].int == 0)
        #expect(
            members(early) == [
                "role", "dropped", "rows", "waiting", "waits_for", "bytes_before", "bytes_after",
            ])
        #expect(try node.items("list", "--deleted").count == 4)
        let report = try node.json("compact", "--retention", "0")
        #expect(report["dropped"].int == 4 && report["rows"].int == 12)
        let (before, after) = (report["bytes_before"].int ?? 0, report["bytes_after"].int ?? .max)
        #expect(after < before - 700_000)
        #expect(try node.items("list", "--deleted").isEmpty)
        #expect(try node.run("show", "kept").output == "kept")
        #expect(try node.attempt("doctor").status == 0)
        #expect(try node.run("compact").output.hasPrefix("Dropped 0 deleted things, 0 rows.\n"))
        #expect(try node.attempt("compact", "--retention", "-1").status == 2)
    }

    @Test("where there is no room for a second file, compact says so, and nothing is lost")
    func noRoom() throws {
        let node = Node("node", in: try Scratch())
        try node.run("init", "--name", "Team")
        try node.run("new", "p", "--body", "text")
        let digest = try node.digest()
        // No file may grow as large as the library is.
        let outcome = try node.script(#"(ulimit -f 20; offbook compact 2>&1 || echo "status $?")"#)
        #expect(outcome.contains("status 1") && outcome.contains("nothing"), "\(outcome)")
        #expect(try node.digest() == digest)
        #expect(try node.attempt("doctor").status == 0)
    }

    @Test("a server collects by itself, and its clients hear of it")
    func serving() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, options: ["--retention", "0", "--collect-every", "0.005"])
        let token = try server.token()
        let alice = try Node.joining(server, token, "alice", in: scratch)
        try alice.run("new", "p", "--body", "text")
        let bob = try Node.joining(server, token, "bob", in: scratch)
        try settle(alice, bob)
        try alice.run("delete", "p")
        let outcome = try alice.json("compact", "--retention", "0")
        #expect(outcome["role"].string == "client" && outcome["rows"].int == 0)
        try eventually("the server has collected") {
            try alice.sync()
            try bob.sync()
            return try server.node.count("row_clocks WHERE tbl = 5") == 0
        }
        try settle(alice, bob)
        for node in [alice, bob] {
            #expect(try node.items("list", "--deleted").isEmpty)
            #expect(try node.count("versions") == 0 && node.digest() == server.node.digest())
        }
        #expect(try server.process.stop() == 0)
    }

    @Test("purge wants to be told that it is meant")
    func confirmation() throws {
        let node = Node("node", in: try Scratch())
        try node.run("init", "--name", "Team")
        try node.run("new", "p", "--body", "text")
        let refused = try node.attempt("purge", "p")
        #expect(refused.status == 2 && refused.error.contains("--yes"))
        let variables = ["OFFBOOK_DATA": node.data]
        let no = try PseudoTerminal.run(
            "offbook purge p", keys: [("Type its name", "q\n")], environment: variables, in: node.scratch.path)
        #expect(no.status == 1 && no.text.contains("nothing was purged"), "\(no)")
        #expect(try node.items("list").count == 1)
        let yes = try PseudoTerminal.run(
            "offbook purge p", keys: [("Type its name", "p\n")], environment: variables, in: node.scratch.path)
        #expect(yes.status == 0 && yes.text.contains("Purged “p”"), "\(yes)")
        #expect(try node.items("list").isEmpty)
        #expect(try node.attempt("purge", "p", "--yes").status == 3)
    }

    @Test("no byte of what was purged is left in any file of the data directories")
    func purge() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let alice = try Node.joining(server, token, "alice", in: scratch)
        try alice.run("new", "secret", "--body", "the \(Self.needle)", "--tag", Self.needle)
        try alice.run("edit", "secret", "--body", "no more \(Self.needle)", "-m", Self.needle)
        try alice.sync()
        let bob = try Node.joining(server, token, "bob", in: scratch)
        try bob.run("search", Self.needle)
        try bob.run("delete", "secret")
        try settle(alice, bob)
        // A text that an editor left behind, by a process that is no more.
        let prompt = try #require(try bob.items("list", "--deleted").first?["id"].string)
        let kept = "\(bob.data)/edits/secret-\(prompt.suffix(8))-999999999-1.md"
        try bob.script("mkdir -p \(quoted(bob.data))/edits; echo \(Self.needle) > \(quoted(kept))")
        let report = try alice.json("purge", "secret", "--yes", "--reason", "it held a key")
        #expect(report["prompt"].string == "secret" && report["prompt_id"].string == prompt)
        #expect(report["is_wiped"].bool == true && members(report).count == 3)
        try settle(alice, bob)
        #expect(try server.process.stop() == 0)
        let found = try alice.script("grep -rla \(Self.needle) \(quoted(scratch.path)) --include='*' || true")
        #expect(found.isEmpty, "\(found)")
        for node in [alice, bob, server.node] { #expect(try node.attempt("doctor").status == 0) }
        #expect(try bob.sql("SELECT reason FROM purges") == "it held a key")
    }
}
