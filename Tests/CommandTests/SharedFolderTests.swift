import Foundation
import Glibc
import Testing

/// Nodes that meet in a folder, with real processes.
@Suite("offbook sync with a folder") struct SharedFolderTests {
    private func folder(_ name: String, in scratch: Scratch) throws -> String {
        let path = scratch.path + "/" + name
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".offbook") }.sorted()
    }

    /// Until nothing travels any more.
    private func settle(_ nodes: [Node], _ folder: String) throws {
        for _ in 0..<5 {
            var moved = 0
            for node in nodes {
                let report = try node.json("sync", folder)
                moved += (report["sent"].int ?? 1) + (report["received"].int ?? 1)
            }
            if moved == 0 { return }
        }
        throw Complaint("five rounds, and there is still something to exchange")
    }

    @Test("the first node fills it, the second is made from it, and what both do offline comes together")
    func meeting() throws {
        let scratch = try Scratch()
        let stick = try folder("a stick", in: scratch)
        let left = Node("left", in: scratch)
        let right = Node("right", in: scratch)
        let work = OfflineWork(shared: 6, edits: 12)
        try work.prepare(left)
        #expect(try #require(left.json("sync", stick)["sent"].int) > 0)
        let made = try right.run("sync", stick, "--node", "right")
        #expect(made.error.contains("Made the workspace"))
        #expect(try right.digest() == left.digest())
        try work.perform(.left, on: left)
        try work.perform(.right, on: right)
        try settle([left, right], stick)
        try work.expectOutcome(on: left, right)
        let before = try files(stick)
        for node in [left, right] {
            let report = try node.json("sync", stick)
            let expected = JSON.object([
                "read": .number(0), "written": .number(0), "removed": .number(0), "passed_over": .array([]),
            ])
            #expect(report["files"] == expected && report["reparented"].bool == false)
            #expect(report["write_failure"].isNull)
        }
        #expect(try files(stick) == before)
    }

    @Test("a folder that is not there, one with nothing in it, and one of several workspaces")
    func choosing() throws {
        let scratch = try Scratch()
        let stick = try folder("stick", in: scratch)
        let node = Node("node", in: scratch)
        let missing = try node.attempt("sync", scratch.path + "/missing")
        #expect(missing.status == 1 && missing.error.contains("make it"), "\(missing)")
        let empty = try node.attempt("sync", stick)
        #expect(empty.status == 3 && empty.error.contains("offbook init"), "\(empty)")
        #expect(!FileManager.default.fileExists(atPath: node.data))
        for name in ["One", "Two"] {
            let founder = Node("founder of \(name)", in: scratch)
            try founder.run("init", "--name", name)
            try founder.run("new", "in \(name)", "--body", "x")
            try founder.run("sync", stick)
        }
        let unclear = try node.attempt("sync", stick)
        #expect(unclear.status == 3 && unclear.error.contains("One") && unclear.error.contains("Two"), "\(unclear)")
        #expect(try node.attempt("sync", stick, "--workspace", "Three").status == 3)
        #expect(!FileManager.default.fileExists(atPath: node.data))
        try node.run("sync", stick, "--workspace", "Two")
        #expect(try node.items("list").strings("name") == ["in Two"])
        try node.run("sync", stick, "--workspace", "One")
        #expect(try node.items("list", "--workspace", "One").strings("name") == ["in One"])
        let apart = Node("apart", in: scratch)
        try apart.run("new", "own", "--body", "x")
        #expect(try apart.run("sync", stick).error.contains("it has 2 others"))
    }

    @Test("a file that is cut is passed over, said, and taken when it is whole")
    func truncated() throws {
        let scratch = try Scratch()
        let stick = try folder("stick", in: scratch)
        let left = Node("left", in: scratch)
        let right = Node("right", in: scratch)
        try left.run("new", "p", "--body", "one")
        try left.run("sync", stick)
        let file = stick + "/" + (try #require(files(stick).first))
        let whole = try Data(contentsOf: URL(filePath: file))
        try whole.prefix(whole.count / 2).write(to: URL(filePath: file))
        #expect(try right.attempt("sync", stick).status == 3, "there is no library to be made yet")
        try whole.write(to: URL(filePath: file))
        try right.run("sync", stick)

        try left.run("edit", "p", "--body", "two")
        try left.run("sync", stick)
        try right.run("new", "q", "--body", "by right")
        let news = stick + "/" + (try #require(files(stick).first { $0.contains(/-[1-9]\d*-\d+-/) }))
        let content = try Data(contentsOf: URL(filePath: news))
        try content.dropLast(1).write(to: URL(filePath: news))
        let outcome = try right.run("sync", stick)
        #expect(outcome.error.contains("cut off") && outcome.error.contains("passed over"), "\(outcome)")
        #expect(try right.run("show", "p").output == "one")
        try content.write(to: URL(filePath: news))
        #expect(try right.run("sync", stick).error.isEmpty)
        #expect(try right.run("show", "p").output == "two")
        try left.run("sync", stick)
        #expect(try left.digest() == right.digest())
    }

    @Test("killed at any moment, it leaves nothing half done, and the next one completes")
    func killed() throws {
        let scratch = try Scratch()
        let stick = try folder("stick", in: scratch)
        let filler = String(repeating: "so that it has some weight; ", count: 20)
        let prompts = (0..<800).map { ["name": "prompt \($0)", "body": "Text \($0) \(UUID()) \(filler)"] }
        let file = scratch.path + "/prompts.json"
        try JSONSerialization.data(withJSONObject: prompts).write(to: URL(filePath: file))
        let writer = Node("writer", in: scratch)
        let reader = Node("reader", in: scratch)
        try writer.run("new", "first", "--body", "x")
        try writer.run("sync", stick)
        try reader.run("sync", stick)
        try writer.run("import", file)
        for node in [writer, reader] {
            var hits = 0
            for moment in 1...12 {
                let program = try Program(["sync", stick, "--data", node.data], in: scratch)
                usleep(UInt32(moment) * 15_000 + .random(in: 0...15_000))
                hits += program.kill() ? 1 : 0
                #expect(try node.sql("PRAGMA integrity_check") == "ok")
                for path in try files(stick) { try writer.run("import", stick + "/" + path, "--dry-run") }
            }
            #expect(hits > 0, "none was under way")
            try node.run("sync", stick)
        }
        try settle([writer, reader], stick)
        #expect(try reader.digest() == writer.digest())
        #expect(try reader.count("prompts") == 801)
        let left = try FileManager.default.subpathsOfDirectory(atPath: stick).filter { $0.contains(".tmp") }
        #expect(left.count <= 1, "each removes what it left before it writes again: \(left)")
    }

    @Test("several at once on one folder, of several nodes and of one")
    func atOnce() throws {
        let scratch = try Scratch()
        let stick = try folder("stick", in: scratch)
        let founder = Node("node0", in: scratch)
        try founder.run("new", "shared", "--body", "x")
        try founder.run("sync", stick)
        let nodes = (0..<4).map { Node("node\($0)", in: scratch) }
        for round in 0..<3 {
            let programs = try nodes.flatMap { node in
                try (0..<2).map { _ in try Program(["sync", stick, "--data", node.data], in: scratch) }
            }
            for program in programs { #expect(try program.end() == 0, "\(program.error)") }
            for node in nodes { try node.run("new", "\(node.name) in \(round)", "--body", node.name) }
        }
        try settle(nodes, stick)
        for node in nodes {
            #expect(try node.digest() == founder.digest())
            #expect(try node.count("prompts") == 13)
        }
    }

    @Test("a repository as the folder: each has a checkout, and git never has to merge a file")
    func git() throws {
        let scratch = try Scratch()
        let nodes = ["left", "right"].map { Node($0, in: scratch) }
        try nodes[0].run("new", "p", "--body", "one")
        let identity = "-c user.name=n -c user.email=n@example.com"
        _ = try shell("git init -q --bare hub.git -b main", in: scratch.path)
        let exchange = { (node: Node) in
            let script = """
                [ -d \(node.name).git-checkout ] || git clone -q hub.git \(node.name).git-checkout 2>/dev/null
                cd \(node.name).git-checkout
                git pull -q --no-rebase --no-edit origin main 2>/dev/null || [ -z "$(git ls-remote origin)" ]
                offbook sync . --data \(quoted(node.data))
                git add -A && (git diff --cached --quiet || git \(identity) commit -qm sync)
                git push -q origin HEAD:main
                """
            let result = try shell(script.replacing("git pull", with: "git \(identity) pull"), in: scratch.path)
            guard result.status == 0 else { throw Complaint("\(node.name): \(result.output) \(result.error)") }
        }
        for node in nodes { try exchange(node) }
        for round in 0..<3 {
            for node in nodes { try node.run("edit", "p", "--body", "\(node.name) in \(round)") }
            for node in nodes + nodes { try exchange(node) }
        }
        for node in nodes { try exchange(node) }
        #expect(try nodes[0].digest() == nodes[1].digest())
        #expect(try nodes[0].run("status").status == 0)
    }

    @Test("a copied data directory goes on as a node of its own")
    func clone() throws {
        let scratch = try Scratch()
        let stick = try folder("stick", in: scratch)
        let original = Node("original", in: scratch)
        try original.run("new", "p", "--body", "one")
        try original.run("sync", stick)
        _ = try shell("cp -r original copy", in: scratch.path)
        let copy = Node("copy", in: scratch)
        try copy.run("new", "by the copy", "--body", "x")
        try original.run("new", "by the original", "--body", "x")
        #expect(try copy.run("sync", stick).status == 0)
        try settle([original, copy], stick)
        #expect(try copy.digest() == original.digest())
        #expect(try copy.count("prompts") == 3)
        let writers = Set(try files(stick).map { $0.split(separator: "/")[1].prefix(32) })
        #expect(writers.count == 2)
    }

    @Test("whoever may read the folder may read what is in it")
    func modes() throws {
        let scratch = try Scratch()
        let stick = try folder("stick", in: scratch)
        #expect(chmod(stick, 0o750) == 0)
        let node = Node("node", in: scratch)
        try node.run("new", "p", "--body", "one")
        try node.run("sync", stick)
        let modes = try shell("stat -c %a stick/* stick/*/*", in: scratch.path).output.split(separator: "\n")
        #expect(modes == ["750", "640"])
    }

    /// A small file system that goes with the shell, where this system lets us have one.
    private static let canMount =
        (try? shell("unshare -rm bash -c 'mount -t tmpfs -o size=64k tmpfs /mnt'"))?.status == 0

    @Test(
        "a full disk: what was there to join is joined, nothing is lost, and it works again later",
        .enabled(if: canMount, "needs unshare and tmpfs"))
    func fullDisk() throws {
        let scratch = try Scratch()
        let stick = try folder("stick", in: scratch)
        let (left, right) = (Node("left", in: scratch), Node("right", in: scratch))
        try left.run("new", "p", "--body", "one")
        try left.run("sync", stick)
        try right.run("sync", stick)
        try left.run("edit", "p", "--body", "two")
        try left.run("sync", stick)
        let before = try files(stick)
        let text = (0..<200_000).map { _ in String(UInt8.random(in: 0..<36), radix: 36) }.joined()
        try right.run("new", "long", "--body-file", scratch.file("long", text))
        let script = """
            cp -r stick full
            unshare -rm bash -euo pipefail -c '
                mount -t tmpfs -o size=64k tmpfs full && cp -r stick/* full/
                status=0; offbook sync full --data right || status=$?
                find full -type f >&2; exit $status'
            """
        let full = try shell(script, in: scratch.path)
        #expect(full.status == 1 && full.error.contains("nothing could be written"), "\(full)")
        #expect(!full.error.contains(".tmp"))
        #expect(try right.run("show", "p").output == "two")
        #expect(try files(stick) == before)
        try right.run("sync", stick)
        try left.run("sync", stick)
        #expect(try left.digest() == right.digest())
    }
}
