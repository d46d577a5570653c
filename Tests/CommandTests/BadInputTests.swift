import Foundation
import Testing

/// Whatever comes in from outside: a clear error, the documented exit code, and nothing changed.
@Suite struct BadInputTests {
    /// A node with something in it, of which the digest must not change.
    private struct Target {
        let scratch: Scratch
        let node: Node
        let digest: String

        init() throws {
            scratch = try Scratch()
            node = Node("node", in: scratch)
            try node.run("init", "--name", "Team")
            for number in 0..<3 { try node.run("new", "p\(number)", "--body", "body \(number)", "--tag", "t") }
            digest = try node.digest()
        }

        /// The command fails as documented, says why on standard error, and changes nothing. (Rows of a
        /// file are named by file and line, everything else by the program.)
        func expectFailure(
            _ status: Int32, saying words: String..., by arguments: [String], input: String? = nil,
            sourceLocation: SourceLocation = #_sourceLocation
        ) throws {
            let outcome = try node.attempt(arguments, input: input)
            #expect(outcome.status == status, "\(arguments): \(outcome)", sourceLocation: sourceLocation)
            let isSaid = outcome.error.contains("offbook: ") || outcome.error.contains(":1: ") || !words.isEmpty
            #expect(isSaid, "\(outcome)", sourceLocation: sourceLocation)
            for word in words {
                #expect(outcome.error.contains(word), "\(arguments): \(outcome)", sourceLocation: sourceLocation)
            }
            #expect(!outcome.error.contains("Swift."), "\(outcome)", sourceLocation: sourceLocation)
            #expect(try node.digest() == digest, "\(arguments)", sourceLocation: sourceLocation)
        }

        func file(_ name: String, _ bytes: [UInt8]) throws -> String {
            let path = scratch.path + "/" + name
            try Data(bytes).write(to: URL(filePath: path))
            return path
        }

        /// A changeset that could be imported: one prompt more than the node has.
        func changeset() throws -> [UInt8] {
            let other = Node("other", in: scratch)
            try node.carry(to: other)
            try other.run("new", "news", "--body", String(repeating: "something new ", count: 50))
            try other.run("export", scratch.path + "/whole")
            return [UInt8](try Data(contentsOf: URL(filePath: scratch.path + "/whole")))
        }
    }

    @Test("A changeset cut off anywhere")
    func truncated() throws {
        let target = try Target()
        let whole = try target.changeset()
        for length in [1, 8, 12, 40, whole.count / 3, whole.count / 2, whole.count - 32, whole.count - 1] {
            let file = try target.file("cut", Array(whole.prefix(length)))
            try target.expectFailure(1, by: ["import", file])
            try target.expectFailure(1, by: ["import", file, "--as", "changeset"])
        }
        try target.expectFailure(1, saying: "empty", by: ["import", target.file("empty", [])])
    }

    @Test("A changeset with any bit flipped")
    func flipped() throws {
        let target = try Target()
        let whole = try target.changeset()
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<24 {
            var bytes = whole
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let bit = UInt8.random(in: 0..<8, using: &generator)
            bytes[place] ^= 1 << bit
            let outcome = try target.node.attempt("import", target.file("flipped", bytes), "--as", "changeset")
            #expect(outcome.status == 1, "bit \(bit) of byte \(place) of \(whole.count): \(outcome)")
            #expect(outcome.error.contains("offbook: "), "bit \(bit) of byte \(place)")
        }
        #expect(try target.node.digest() == target.digest)
        try target.expectFailure(1, by: ["import", target.file("twice", whole + whole)])
        try target.expectFailure(1, by: ["import", target.file("longer", whole + [0])])
    }

    @Test("A changeset of another workspace")
    func foreign() throws {
        let target = try Target()
        let stranger = Node("stranger", in: target.scratch)
        try stranger.run("init", "--name", "Elsewhere")
        try stranger.run("new", "theirs", "--body", "not ours")
        try stranger.run("export", target.scratch.path + "/foreign")
        try target.expectFailure(1, saying: "Elsewhere", by: ["import", target.scratch.path + "/foreign"])
    }

    @Test("What is no file of prompts at all")
    func notPrompts() throws {
        let target = try Target()
        var generator = SystemRandomNumberGenerator()
        let noise = (0..<5000).map { _ in UInt8.random(in: 0...255, using: &generator) }
        try target.expectFailure(1, by: ["import", target.file("noise", noise)])
        for type in ["changeset", "csv", "json", "jsonl"] {
            try target.expectFailure(1, by: ["import", target.file("noise", noise), "--as", type])
        }
        try target.expectFailure(1, saying: "nowhere", by: ["import", target.scratch.path + "/nowhere"])
        try target.expectFailure(1, saying: "directory", by: ["import", target.scratch.path])
        let open = Array("name,body\nx,\"never closed\n".utf8)
        try target.expectFailure(1, saying: "line 2", by: ["import", target.file("open.csv", open)])
        try target.expectFailure(1, by: ["import", "-"], input: "[{\"name\": \"x\", \"body\": ")
    }

    @Test("A CSV of nothing but ragged rows and invalid UTF-8: each is named, none is taken")
    func raggedRows() throws {
        let target = try Target()
        let bytes =
            Array("act,prompt\nonly one\nthree,of,them\n".utf8) + Array("bad ".utf8) + [0xFF, 0xFE]
            + Array(",a body\na name,b".utf8) + [0xC3, 0x28] + Array("dy\n".utf8)
        let file = try target.file("ragged.csv", bytes)
        try target.expectFailure(
            1, saying: "ragged.csv:2: ", "ragged.csv:3: ", "ragged.csv:4: ", "ragged.csv:5: ", by: ["import", file])
        // Nor are they passed over in silence by a program that reads JSON.
        let outcome = try target.node.attempt("import", file, "--json")
        #expect(outcome.status == 1)
        #expect(try outcome.json["rejected"].array?.map { $0["line"].int } == [2, 3, 4, 5])
    }

    @Test("A CSV with some such rows: the others are taken, and these are named")
    func someRaggedRows() throws {
        let target = try Target()
        let bytes =
            Array("act,prompt\ngood,taken\nragged\nb".utf8) + [0xFF]
            + Array("d,x\n\"good, too\",\"taken\nas well\"\n".utf8)
        let file = try target.file("some.csv", bytes)
        let outcome = try target.node.attempt("import", file)
        #expect(outcome.error.contains("some.csv:3: ") && outcome.error.contains("some.csv:4: "), "\(outcome)")
        #expect(outcome.status == 1, "not all of the file was taken")
        #expect(try target.node.run("show", "good").output == "taken")
        #expect(try target.node.run("show", "good, too").output == "taken\nas well")
        #expect(try target.node.count("prompts") == 5)
    }

    @Test("A body of 10 MB, by each way in")
    func tooLong() throws {
        let target = try Target()
        let body = [UInt8](repeating: UInt8(ascii: "a"), count: 10 << 20)
        let file = try target.file("long", body)
        try target.expectFailure(1, saying: "1048576", by: ["new", "long", "--body-file", file])
        try target.expectFailure(1, saying: "1048576", by: ["edit", "p1", "--body-file", file])
        let csv = try target.file("long.csv", Array("act,prompt\nlong,".utf8) + body + [10])
        try target.expectFailure(1, saying: "long.csv:2: ", "1048576", by: ["import", csv])
        #expect(throws: Complaint.self, "the database itself refuses it") {
            try target.node.sql(
                """
                INSERT INTO versions (id, prompt_id, body)
                SELECT randomblob(32), id, printf('%.*c', 10485760, 'a') FROM prompts LIMIT 1
                """)
        }
        #expect(try target.node.digest() == target.digest)
        let most = try target.file("most", Array(body.prefix(1 << 20)))
        try target.node.run("new", "the longest", "--body-file", most)
        #expect(try target.node.run("show", "the longest").output.utf8.count == 1 << 20)
    }

    @Test("A text that is no valid UTF-8, or holds a NUL")
    func notText() throws {
        let target = try Target()
        let invalid = try target.file("invalid", [0x61, 0xFF, 0x62])
        try target.expectFailure(1, saying: "UTF-8", by: ["new", "x", "--body-file", invalid])
        try target.expectFailure(1, saying: "UTF-8", by: ["edit", "p1", "--body-file", invalid])
        let nul = try target.file("nul", [0x61, 0, 0x62])
        try target.expectFailure(1, saying: "NUL", by: ["new", "x", "--body-file", nul])
        try target.expectFailure(1, saying: "empty", by: ["new", " ", "--body", "x"])
        try target.expectFailure(1, saying: "200", by: ["new", String(repeating: "n", count: 201), "--body", "x"])
        try target.expectFailure(1, saying: "line break", by: ["rename", "p1", "two\nlines"])
    }

    @Test("A library of a newer Offbook is left alone by every command")
    func newerSchema() throws {
        let target = try Target()
        try target.node.run("export", target.scratch.path + "/file")
        let known = try target.node.sql("PRAGMA user_version")
        try target.node.sql("PRAGMA user_version = 999")
        for arguments in [
            ["list"], ["digest"], ["status"], ["new", "x", "--body", "y"], ["rename", "p1", "y"], ["sync"],
            ["export", target.scratch.path + "/other"], ["import", target.scratch.path + "/file"],
        ] {
            let outcome = try target.node.attempt(arguments)
            #expect(outcome.status == 1, "\(arguments): \(outcome)")
            #expect(outcome.error.contains("999") && outcome.error.contains("upgrade"), "\(arguments): \(outcome)")
        }
        try target.node.sql("PRAGMA user_version = \(known)")
        #expect(try target.node.digest() == target.digest)
    }

    @Test("A file that is no database, where the library should be")
    func damaged() throws {
        let target = try Target()
        let path = try target.node.replica
        try target.node.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        let bytes = try Data(contentsOf: URL(filePath: path))
        try Data(repeating: 0x5A, count: 8192).write(to: URL(filePath: path))
        let outcome = try target.node.attempt("list")
        #expect(outcome.status == 1 && outcome.error.contains("offbook: "), "\(outcome)")
        try bytes.write(to: URL(filePath: path))
        #expect(try target.node.digest() == target.digest)
    }

    /// Nobody waits a minute to hear that a machine on a train has no network.
    @Test("A server that is not there: exit 5 before long, and the work waits", .timeLimit(.minutes(1)))
    func noServer() throws {
        let target = try Target()
        let server = try Server(in: target.scratch)
        let token = try server.token()
        try target.node.connect(server, token)
        server.kill()
        try target.expectFailure(5, saying: server.url, by: ["sync"])
        try target.expectFailure(5, by: ["connect", server.url, "--token", token])
        let newcomer = Node("newcomer", in: target.scratch)
        #expect(try newcomer.attempt("connect", server.url, "--token", token).status == 5)
        #expect(try newcomer.attempt("list").status == 3, "nothing was made")
        try server.restart()
        try target.node.connect(server, token)
        #expect(try #require(target.node.sync()["sent"].int) > 0)
    }

    @Test("What answers but is no Offbook server: exit 5")
    func otherServer() throws {
        let target = try Target()
        let script = """
            python3 -u -m http.server 0 --bind 127.0.0.1 >"$DATA.web" 2>&1 & web=$!
            until url=$(grep -o 'http://[0-9.:]*' "$DATA.web"); do :; done
            status=0; offbook connect "$url" --token x 2>"$DATA.said" || status=$?
            kill $web; echo $status; cat "$DATA.said"
            """
        let said = try target.node.script(script)
        #expect(said.hasPrefix("5\n") && said.contains("no Offbook server"), "\(said)")
        #expect(try target.node.digest() == target.digest)
    }

    @Test("A wrong token")
    func wrongToken() throws {
        let target = try Target()
        let server = try Server(in: target.scratch)
        let token = try server.token()
        try target.expectFailure(1, saying: "token", by: ["connect", server.url, "--token", token + "0"])
        try target.expectFailure(1, saying: "token", by: ["connect", server.url, "--token", "wrong"])
        try target.node.connect(server, token)
        try target.node.script(#"sed -i 's/obt_[0-9a-f]*/obt_0123/' "$DATA"/workspaces/*.server.json"#)
        try target.expectFailure(1, saying: "token", by: ["sync"])
        try target.node.connect(server, token)
        try target.node.sync()
        #expect(try target.node.digest() == target.digest)
    }

    /// Posts what is no message to each path, and prints the statuses.
    private static let noise = """
        import os, sys, urllib.error, urllib.request
        for path in ("handshake", "push", "pull", "nothing"):
            for body in (b"", b"\\xff" * 100, os.urandom(3000)) + ((b"a" * (40 << 20),) if path[0] in "pn" else ()):
                headers = {"Authorization": "Bearer " + sys.argv[2]}
                request = urllib.request.Request(sys.argv[1] + "/sync/v1/" + path, data=body, headers=headers)
                try: print(urllib.request.urlopen(request, timeout=20).status, path, len(body))
                except urllib.error.HTTPError as error: print(error.code, path, len(body))
                except (urllib.error.URLError, ConnectionError) as error:
                    print("hung" if "timed out" in str(error) else "closed", path, len(body))
        """

    /// Sends 40 MiB without a token, and prints the status that comes back.
    private static let tokenless = """
        import sys, urllib.error, urllib.request
        request = urllib.request.Request(sys.argv[1] + "/sync/v1/push", data=b"a" * (40 << 20))
        try: print(urllib.request.urlopen(request, timeout=60).status)
        except urllib.error.HTTPError as error: print(error.code)
        """

    @Test("Who has no token is told that, however much was sent")
    func tokenFirst() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        _ = try server.token()
        #expect(try python(Self.tokenless, server.url) == "401")
    }

    @Test("Noise on the wire: the server refuses it and goes on")
    func noiseOnTheWire() throws {
        let target = try Target()
        let server = try Server(in: target.scratch)
        let token = try server.token()
        try target.node.connect(server, token)
        try target.node.sync()
        let answers = try python(Self.noise, server.url, token).split(separator: "\n")
        #expect(answers.count == 15)
        // A body that is far too long may be answered by closing, but nobody is kept waiting.
        for answer in answers {
            #expect(answer.hasPrefix("4") || answer.hasPrefix("closed") && answer.hasSuffix(" 41943040"), "\(answer)")
        }
        #expect(!server.process.hasEnded)
        try target.node.run("new", "after", "--body", "the noise")
        #expect(try #require(target.node.sync()["sent"].int) > 0)
    }
}
