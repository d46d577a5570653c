import Foundation
import Testing

@Suite(.serialized) struct BackupTests {
    /// Three nodes write and sync without a pause; `acked` gets a line for each prompt that the server has
    /// acknowledged.
    private static let load = """
        load() {
            for n in {1..500}; do
                [[ -e stop ]] && return 0
                offbook new "$1-$n" --body "text $n" --data "$1" > /dev/null
                offbook sync --quiet --data "$1" && echo "$1-$n" >> acked
            done
        }
        lines() { wc -l < acked; }
        wait_for() { for try in {1..2000}; do (($(lines) >= $1)) && return 0; sleep 0.05; done; return 1; }
        touch acked
        for node in a b c; do load $node & done
        wait_for 12
        sort acked > before
        offbook admin backup create --data server > made
        wait_for $(($(wc -l < before) + 12))
        touch stop
        wait
        """

    @Test("A backup under write load restores to a sound state with all that was acknowledged before it began")
    func underLoad() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let nodes = try ["a", "b", "c"].map { try Node.joining(server, try server.token(), $0, in: scratch) }
        let result = try shell(Self.load, in: scratch.path)
        #expect(result.status == 0, "\(result.error)")
        let before = try Self.lines("before", scratch)
        let acked = try Self.lines("acked", scratch)
        #expect(before.count >= 12 && acked.count >= before.count + 12)

        let backup = try #require(try Self.lines("made", scratch).first)
        let restored = Node("restored", in: scratch)
        try restored.run("admin", "backup", "restore", backup.hasPrefix("/") ? backup : scratch.path + "/" + backup)
        try restored.run("doctor", "--deep")
        let names = Set(try restored.items("list").strings("name"))
        #expect(names.isSuperset(of: before))

        try Self.heal(restored, server, nodes, acked: acked)
    }

    /// The restored server gets back from its clients what it lacks.
    private static func heal(_ restored: Node, _ server: Server, _ nodes: [Node], acked: [String]) throws {
        let token = try restored.run("token", "create", "--workspace", "Team").line
        server.kill()
        let process = try Program(["serve", "--listen", "127.0.0.1:0", "--data", restored.data], in: restored.scratch)
        try eventually("the restored server listens") { process.output.contains("\n") }
        let url = try #require(process.output.firstMatch(of: /listening on (\S+)/)).1
        for node in nodes { try node.run("connect", String(url), "--token", token) }
        try settle(nodes[0], nodes[1], nodes[2])
        #expect(Set(try restored.items("list").strings("name")) == Set(acked))
        #expect(try restored.digest() == nodes[0].digest())
        try restored.run("doctor", "--deep")
    }

    private static func lines(_ file: String, _ scratch: Scratch) throws -> [String] {
        try String(contentsOfFile: scratch.path + "/" + file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    @Test("A backup is for its owner only, and has the keys; it is refused where a byte of it has changed")
    func filesOfABackup() throws {
        let scratch = try Scratch()
        let node = Node("server", in: scratch)
        try node.run("admin", "seed", "--workspace", "Team")
        let backup = try node.json("admin", "backup", "create")
        let path = try #require(backup["path"].string)
        #expect(backup["databases"].int == 3)
        let manager = FileManager.default
        let files = try manager.subpathsOfDirectory(atPath: path)
        #expect(files.contains("directory.key") && files.contains("directory.sqlite"))
        #expect(files.contains { $0.hasPrefix("workspaces/") && $0.hasSuffix(".key") })
        for file in files {
            let mode = try manager.attributesOfItem(atPath: path + "/" + file)[.posixPermissions] as? Int
            #expect(mode.map { $0 & 0o077 } == 0, "\(file)")
        }
        #expect(try node.items("admin", "backup", "list").strings("path") == [path])

        let handle = try #require(FileHandle(forUpdatingAtPath: path + "/directory.sqlite"))
        try handle.seek(toOffset: 5000)
        try handle.write(contentsOf: Data([0x55]))
        try handle.close()
        let digest = try node.digest()
        let outcome = try node.attempt("admin", "backup", "restore", path)
        #expect(outcome.status == 1 && outcome.error.contains("not what was backed up"), "\(outcome)")
        #expect(try node.digest() == digest)
    }

    @Test("Nothing is restored below a running server; what was there is kept")
    func restoreInPlace() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let client = try Node.joining(server, try server.token(), "client", in: scratch)
        try client.run("new", "first", "--body", "one")
        try client.sync()
        let name = try #require(try server.node.json("admin", "backup", "create")["name"].string)
        try client.run("new", "second", "--body", "two")
        try client.sync()

        let refused = try server.node.attempt("admin", "backup", "restore", name)
        #expect(refused.status == 1 && refused.error.contains("stop it first"), "\(refused)")
        #expect(try server.process.stop() == 0)
        let report = try server.node.json("admin", "backup", "restore", name)
        let replaced = try #require(report["replaced"].string)
        #expect(FileManager.default.fileExists(atPath: replaced + "/directory.sqlite"))
        #expect(try server.node.items("list").strings("name") == ["first"])

        try server.restart()
        try client.run("connect", server.url, "--token", try server.token())
        let synced = try client.sync()
        #expect(synced["new_epoch"].bool == true)
        #expect(Set(try server.node.items("list").strings("name")) == ["first", "second"])
    }

    @Test("A restore that was cut off keeps the server from beginning with half of it")
    func cutOff() throws {
        let scratch = try Scratch()
        let node = Node("server", in: scratch)
        try node.run("token", "create", "--workspace", "Team")
        let name = try #require(try node.json("admin", "backup", "create")["name"].string)
        try FileManager.default.createDirectory(
            atPath: node.data + "/.restoring", withIntermediateDirectories: false)
        let outcome = try node.attempt("serve", "--listen", "127.0.0.1:0")
        #expect(outcome.status == 1 && outcome.error.contains("cut off"), "\(outcome)")
        try node.run("admin", "backup", "restore", name)
        #expect(!FileManager.default.fileExists(atPath: node.data + "/.restoring"))
    }

    @Test("migrate tells the history, and names what it can't do")
    func migrate() throws {
        let scratch = try Scratch()
        let node = Node("server", in: scratch)
        let missing = try node.attempt("admin", "migrate")
        #expect(missing.status == 3)
        try node.run("admin", "seed")
        let history = try node.items("admin", "migrate", "--history")
        #expect(history.strings("name") == ["m0001_accounts", "m0001_library", "m0002_completions", "m0003_policies"])
        #expect(history.allSatisfy { $0["databases"].int == 1 })
        #expect(try node.json("admin", "migrate")["backup"].isNull)
        let outcome = try node.attempt("admin", "migrate", "--to", "7")
        #expect(outcome.status == 1 && outcome.error.contains("there is no schema 7"))
    }
}
