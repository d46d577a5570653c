import Foundation
import Testing

/// A server, and two machines with a daemon each.
private final class Kept {
    let scratch: Scratch
    let server: Server
    let ann: Node
    let bob: Node

    init() throws {
        scratch = try Scratch()
        server = try Server(in: scratch)
        let token = try server.token()
        (ann, bob) = (Node("ann", in: scratch), Node("bob", in: scratch))
        try ann.run("init", "--name", "Team", "--node", "ann")
        for node in [ann, bob] { try node.run("connect", server.url, "--token", token) }
        try ann.run("sync")
    }

    func daemon(_ node: Node) throws -> Program {
        let program = try Program(
            ["daemon", "run", "--verbose", "--port", "0", "--data", node.data], environment: [:], in: scratch)
        try eventually("the daemon of \(node.name) is in step") {
            guard !program.hasEnded else { throw Complaint(program.error) }
            return program.error.contains("in-step")
        }
        return program
    }
}

@Suite("The daemon")
struct DaemonTests {
    @Test("what is written by a command or a shell is on the other machine soon, and nobody has synced")
    func inStep() throws {
        let kept = try Kept()
        let daemons = try [kept.daemon(kept.ann), kept.daemon(kept.bob)]
        try kept.ann.run("new", "greeting", "--body", "hello")
        try eventually("bob has it") { try kept.bob.attempt("show", "greeting").output.contains("hello") }
        _ = try shell("sqlite3 \(quoted(kept.bob.replica)) \"UPDATE prompts SET description = 'by a shell'\"")
        try eventually("ann has it") { try kept.ann.run("list", "--json").output.contains("by a shell") }
        #expect(try kept.ann.run("digest").line == kept.bob.run("digest").line)
        for daemon in daemons { #expect(try daemon.stop() == 0) }
        #expect(try kept.server.process.stop() == 0, "whoever listens does not keep the server from ending")
    }

    @Test("what is written while the server is down is sent when it is back")
    func restart() throws {
        let kept = try Kept()
        let daemons = try [kept.daemon(kept.ann), kept.daemon(kept.bob)]
        try kept.server.restartInPlace {
            try kept.ann.run("new", "greeting", "--body", "hello")
            try eventually("it says so") { daemons[0].error.contains("offline") }
        }
        try eventually("bob has it") { try kept.bob.attempt("show", "greeting").output.contains("hello") }
        withExtendedLifetime(daemons) {}
    }

    @Test("a token that is revoked is said, once, and everything goes on here; with a new one it syncs again")
    func revoked() throws {
        let kept = try Kept()
        let daemon = try kept.daemon(kept.ann)
        _ = try shell(
            "sqlite3 \(quoted(kept.server.node.data + "/directory.sqlite")) \"UPDATE api_keys SET ended_at = 1\"")
        try kept.ann.run("new", "greeting", "--body", "hello")
        try eventually("it says so") { daemon.error.contains("signed-out") }
        try kept.ann.run("edit", "greeting", "--body", "hello again")
        #expect(daemon.error.components(separatedBy: "signed-out").count == 2)
        try kept.ann.run("connect", kept.server.url, "--token", kept.server.token())
        try eventually("it is sent") {
            try kept.server.node.attempt("show", "greeting").output.contains("hello again")
        }
    }

    @Test("there is one for a data directory")
    func once() throws {
        let kept = try Kept()
        let daemon = try kept.daemon(kept.ann)
        let second = try kept.ann.attempt("daemon", "run")
        #expect(second.status == 1)
        #expect(second.error.contains("(process \(daemon.pid))"))
        let status = try kept.ann.json("daemon", "status")
        #expect(status["pid"].int == Int(daemon.pid))
        let library = status["libraries"].array?.first ?? .null
        #expect(library["state"].string == "in-step" && library["synced_at"].int != nil)
        try eventually("it listens") {
            try kept.ann.json("daemon", "status")["libraries"].array?.first?["is_listening"].bool == true
        }
        #expect(try kept.ann.run("daemon", "stop").line == "Stopped.")
        #expect(try daemon.end() == 0)
        #expect(try kept.ann.run("daemon", "stop").line.hasPrefix("No daemon runs"))
        #expect(try kept.ann.attempt("daemon", "status").status == 1)
        #expect(try kept.ann.run("daemon", "logs", "--lines", "1").line.hasSuffix("notice ends"))
    }

    @Test("a library that is connected later is kept in step too, and one without a server is left alone")
    func later() throws {
        let kept = try Kept()
        let node = Node("carl", in: kept.scratch)
        try node.run("init", "--name", "Mine")
        let daemon = try Program(
            ["daemon", "run", "--port", "0", "--data", node.data], environment: [:], in: kept.scratch)
        try eventually("it begins") { daemon.error.contains("begins") }
        try kept.ann.run("new", "greeting", "--body", "hello")
        try kept.ann.run("sync")
        try node.run("connect", kept.server.url, "--token", kept.server.token(), "--adopt")
        try eventually("it has what the team has") { try node.attempt("show", "greeting").output.contains("hello") }
        withExtendedLifetime(daemon) {}
    }

    @Test("a unit for systemd runs this Offbook on this data")
    func unit() throws {
        let scratch = try Scratch()
        let node = Node("a b", in: scratch)
        let home = scratch.path + "/home"
        let outcome = try node.run("daemon", "install", environment: ["HOME": home, "XDG_CONFIG_HOME": ""])
        #expect(outcome.output.contains("systemctl --user enable --now offbook"))
        let unit = try String(contentsOfFile: home + "/.config/systemd/user/offbook.service", encoding: .utf8)
        #expect(unit.contains("offbook daemon run --data \"\(node.data)\"\n"))
        #expect(try node.run("daemon", "install", "--show").output == unit)
    }
}

@Suite("Events")
struct EventTests {
    @Test("of a workspace that a token does not open nothing is heard, and nothing is made for who asks")
    func foreign() throws {
        let kept = try Kept()
        let other = Node("other", in: kept.scratch)
        try other.run("init", "--name", "Others")
        try other.run("connect", kept.server.url, "--token", kept.server.token("Others"))
        try other.run("sync")
        let token = try kept.server.token()
        let folder = kept.server.node.data + "/workspaces"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).count
        for id in [try other.json("status")["workspace_id"].string ?? "", String(repeating: "0", count: 32)] {
            let answer = try kept.server.ask("GET", "/sync/v1/events?workspace=\(id)", token: token)
            #expect(answer.status == 403 && answer.body.contains("no such workspace"))
        }
        #expect(try kept.server.ask("GET", "/sync/v1/events?workspace=x", token: token).status == 400)
        #expect(try kept.server.ask("GET", "/sync/v1/events").status == 401)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == files)
    }

    @Test("a restored library is kept in step, and not the file that was there before it")
    func restored() throws {
        let kept = try Kept()
        try kept.ann.run("new", "greeting", "--body", "hello")
        let backup = kept.scratch.path + "/backup.sqlite"
        _ = try shell("sqlite3 \(quoted(kept.ann.replica)) \"VACUUM INTO '\(backup)'\"")
        let daemon = try kept.daemon(kept.ann)
        let replica = try kept.ann.replica
        _ = try shell("rm -f \(quoted(replica))-wal \(quoted(replica))-shm && mv \(quoted(backup)) \(quoted(replica))")
        try kept.ann.run("new", "after", "--body", "restored")
        try eventually("it is sent") { try kept.server.node.attempt("show", "after").output.contains("restored") }
        withExtendedLifetime(daemon) {}
    }
}

@Suite("Watching")
struct WatchTests {
    @Test("a line for each change, whoever makes it")
    func lines() throws {
        let scratch = try Scratch()
        let node = Node("ann", in: scratch)
        try node.run("init", "--name", "Mine", "--node", "ann-laptop")
        let watch = try Program(["watch", "--json", "--data", node.data], environment: [:], in: scratch)
        // It has to have begun: what is written before is not news.
        var number = 0
        try eventually("it watches") {
            number += 1
            try node.run("new", "first \(number)", "--body", "x")
            return !watch.output.isEmpty
        }
        try node.run("new", "greeting", "--body", "hello", "--message", "shorter")
        try node.run("label", "greeting", "canary")
        _ = try shell("sqlite3 \(quoted(node.replica)) \"DELETE FROM labels\"")
        try eventually("the last is there") { watch.output.contains("\"kind\":\"deleted\"") }
        let changes = try watch.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
        let ofGreeting = changes.filter { $0["prompt"].string == "greeting" }
        #expect(ofGreeting.contains { $0["table"].string == "versions" && $0["detail"].string == "v1: shorter" })
        #expect(ofGreeting.contains { $0["table"].string == "labels" && $0["kind"].string == "deleted" })
        #expect(ofGreeting.allSatisfy { $0["node"].string == "ann-laptop" })
        let positions = changes.compactMap { $0["position"].int }
        #expect(positions == positions.sorted() && positions.count == changes.count)
    }
}
