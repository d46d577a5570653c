import Foundation
import Testing

/// Signed changesets at the command line.
@Suite struct SignatureTests {
    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    private func key(of node: Node) throws -> String { try node.replica.replacing(".sqlite", with: ".key") }

    @Test("init makes a key for its owner's eyes only, and status shows the public part")
    func initialisation() throws {
        let node = Node("node", in: try Scratch())
        try node.script("umask 000; offbook init")
        #expect(try mode(key(of: node)) == 0o600)
        let shown = try #require(try node.json("status")["public_key"].string)
        #expect(try node.sql("SELECT lower(hex(public_key)) FROM nodes") == shown)
        #expect(try node.run("status").output.contains(shown))
        let secret = try String(contentsOfFile: key(of: node), encoding: .utf8)
        #expect(!secret.contains(shown) && secret.contains("key"))
    }

    @Test("import and inspect say who signed, and refuse a file that was changed since")
    func whoSigned() throws {
        let scratch = try Scratch()
        let (alice, bob) = (Node("alice", in: scratch), Node("bob", in: scratch))
        try alice.run("init", "--node", "alice-laptop")
        try alice.run("new", "one", "--body", "1")
        let file = scratch.path + "/one.offbook"
        try alice.run("export", file, "--sign")
        let key = try #require(try alice.json("status")["public_key"].string)

        #expect(try bob.run("import", file).output.contains("a key that is not known here: \(key)"))
        #expect(try bob.run("import", file).output.contains("signed by alice-laptop"))
        #expect(try bob.json("import", file)["signer"].string == "alice-laptop")
        let view = try bob.run("inspect", file).json["signature"]
        #expect(view["key"].string == key && view["node"].string == "alice-laptop")
        #expect(try Node("nobody", in: scratch).run("inspect", file).json["signature"]["node"].string == nil)

        try alice.run("export", scratch.path + "/bare")
        #expect(try bob.run("import", scratch.path + "/bare").output.contains("not signed"))
        try alice.run("config", "set", "export.sign", "yes")
        try alice.run("export", scratch.path + "/signed")
        #expect(try bob.run("import", scratch.path + "/signed").output.contains("signed by alice-laptop"))
        try alice.run("export", scratch.path + "/bare", "--no-sign")
        #expect(try bob.run("import", scratch.path + "/bare").output.contains("not signed"))

        let program = """
            import sys, hashlib
            content = bytearray(open(sys.argv[1], "rb").read()[:-32])
            content[len(content) // 2] ^= 1
            open(sys.argv[2], "wb").write(bytes(content) + hashlib.sha256(content).digest())
            """
        _ = try python(program, file, scratch.path + "/changed")
        for command in ["import", "inspect"] {
            let outcome = try bob.attempt(command, scratch.path + "/changed")
            #expect(outcome.status == 1 && outcome.error.contains("signature is wrong"), "\(outcome)")
        }
    }

    @Test("What nobody signed, or nobody known, is refused where the settings say so; a named key opens the way")
    func policy() throws {
        let scratch = try Scratch()
        let (alice, bob) = (Node("alice", in: scratch), Node("bob", in: scratch))
        try alice.run("new", "one", "--body", "1")
        try alice.run("export", scratch.path + "/start")
        try bob.run("import", scratch.path + "/start")
        try bob.run("config", "set", "import.unsigned", "refuse")
        let carol = Node("carol", in: scratch)
        try carol.run("import", scratch.path + "/start")
        try carol.run("new", "by-carol", "--body", "2")
        let key = try #require(try carol.json("status")["public_key"].string)
        let (signed, bare) = (scratch.path + "/signed", scratch.path + "/bare")
        try carol.run("export", signed, "--sign")
        try carol.run("export", bare)

        for (file, why) in [(signed, "--signed-by"), (bare, "--sign")] {
            for arguments in [["import", file], ["import", file, "--dry-run"]] {
                let outcome = try bob.attempt(arguments)
                #expect(outcome.status == 1 && outcome.error.contains(why), "\(outcome)")
            }
        }
        let wrong = try bob.attempt("import", bare, "--signed-by", key)
        #expect(wrong.status == 1 && wrong.error.contains("it is not signed"), "\(wrong)")
        #expect(try bob.attempt("import", signed, "--signed-by", "12").status == 2)
        #expect(try bob.attempt("show", "by-carol").status == 3)
        try bob.run("import", signed, "--signed-by", key)
        #expect(try bob.run("show", "by-carol").output == "2")
        try bob.run("import", signed)
    }

    @Test("A shared folder is held to the same settings, and what is passed over comes when it may")
    func sharedFolder() throws {
        let scratch = try Scratch()
        let folder = scratch.path + "/stick"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let (alice, bob) = (Node("alice", in: scratch), Node("bob", in: scratch))
        try alice.run("new", "one", "--body", "1")
        try alice.run("sync", folder)
        try bob.run("sync", folder)
        try bob.run("config", "set", "import.unsigned", "refuse", "--shared")
        try bob.run("config", "set", "export.sign", "yes", "--shared")
        try bob.run("sync", folder)

        try alice.run("new", "two", "--body", "2")
        try alice.run("sync", folder)
        let (quiet, signed) = (try alice.json("sync", folder)["files"], try bob.json("sync", folder)["files"])
        #expect(quiet["written"].int == 0, "its key is in the file that it signs")
        #expect(signed["read"].int == 1 && signed["passed_over"] == .array([]), "\(signed)")
        #expect(try bob.run("show", "two").output == "2")

        try alice.run("config", "set", "export.sign", "no")
        try alice.run("new", "three", "--body", "3")
        try alice.run("sync", folder)
        let refused = try bob.json("sync", folder)["files"]["passed_over"].array ?? []
        #expect(refused.count == 1 && refused.first?.string?.contains("not signed") == true, "\(refused)")
        #expect(try bob.attempt("show", "three").status == 3)
        try bob.run("config", "set", "import.unsigned", "take")
        try bob.run("sync", folder)
        #expect(try bob.run("show", "three").output == "3")
    }

    @Test("--sign is for changesets")
    func wrongUse() throws {
        let node = Node("node", in: try Scratch())
        try node.run("new", "one", "--body", "1")
        #expect(try node.attempt("export", "x", "--format", "markdown", "--sign").status == 2)
        try node.run("export", "prompts", "--format", "markdown")
        #expect(try node.attempt("export", "prompts", "--sign").status == 2)
    }

    @Test("A copied data directory signs by a key of its own")
    func copiedDirectory() throws {
        let scratch = try Scratch()
        let (alice, twin) = (Node("alice", in: scratch), Node("twin", in: scratch))
        try alice.run("new", "one", "--body", "1")
        let key = try alice.json("status")["public_key"].string
        try FileManager.default.copyItem(atPath: alice.data, toPath: twin.data)
        try twin.run("export", scratch.path + "/twin.offbook", "--sign")
        let own = try twin.run("inspect", scratch.path + "/twin.offbook").json["signature"]["key"].string
        #expect(own != nil && own != key)
        #expect(try twin.json("status")["public_key"].string == own)
        #expect(try mode(self.key(of: twin)) == 0o600)
    }
}
