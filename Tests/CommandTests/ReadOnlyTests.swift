import Foundation
import Glibc
import Testing

/// How to run a command as somebody who may not write.
private enum Stranger {
    static var words: [String] {
        getuid() == 0 ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"] : []
    }
    static var prefix: String { words.map { $0 + " " }.joined() }

    static let canRun: Bool = (try? shell("\(prefix)offbook --version"))?.status == 0
}

/// A data directory that can't be written to can still be read, and says so otherwise.
///
/// Root may write anywhere, so that the commands run as another user there.
@Suite(.enabled(if: Stranger.canRun, "needs setpriv, and the built offbook within the reach of every user"))
struct ReadOnlyTests {
    private func attempt(_ command: String, _ node: Node) throws -> Outcome {
        let result = try shell(
            "exec \(Stranger.prefix)offbook \(command) --data \(quoted(node.data))", in: node.scratch.path)
        return Outcome(status: result.status, output: result.output, error: result.error)
    }

    @Test("Reading works as ever, writing fails and says why")
    func readsOnly() throws {
        let scratch = try Scratch()
        let node = Node("node", in: scratch)
        try node.run("new", "held", "--body", "can be read")
        let server = try Server(in: scratch)
        try node.connect(server, try server.token())
        try node.sync()
        try node.run("export", scratch.path + "/file")
        let digest = try node.digest()
        try node.script(#"chmod a+r "$DATA/../file"; chmod -R a+rX "$DATA"; chmod -R a-w "$DATA""#)
        defer { _ = try? node.script(#"chmod -R u+w "$DATA""#) }

        #expect(try attempt("show held", node).output == "can be read")
        #expect(try attempt("digest", node).line == digest)
        #expect(try attempt("list --json", node).json["items"].array?.count == 1)
        for command in [
            "new x --body y", "rename held other", "edit held --body new", "delete held", "sync",
            "import \(quoted(scratch.path))/file",
        ] {
            let outcome = try attempt(command, node)
            #expect(outcome.status == 1, "\(command): \(outcome)")
            let isSaid = outcome.error.contains("offbook: ") && outcome.error.contains("ermission")
            #expect(isSaid, "\(command): \(outcome)")
        }
        #expect(try node.digest() == digest)
    }

    @Test("A shared folder that can't be written to is still read, and one that can't be read is told")
    func sharedFolder() throws {
        let scratch = try Scratch()
        let (node, other) = (Node("node", in: scratch), Node("other", in: scratch))
        try other.run("new", "held", "--body", "one")
        try other.script(#"mkdir "$DATA/../stick"; offbook sync "$DATA/../stick"; chmod -R a+rX,a-w "$DATA/../stick""#)
        try node.script(#"mkdir -m 777 "$DATA""#)
        let outcome = try attempt("sync stick", node)
        #expect(outcome.status == 1 && outcome.error.contains("nothing could be written"), "\(outcome)")
        #expect(try attempt("show held", node).output == "one")
        let report = try attempt("sync stick --json", node)
        #expect(try report.status == 1 && report.json["write_failure"].string?.contains("ermission") == true)
        try node.script(#"chmod -R go-rx "$DATA/../stick""#)
        let closed = try attempt("sync stick", node)
        #expect(closed.status == 1 && closed.error.contains("ermission"), "\(closed)")
    }

    @Test("A file that can't be written to, in a directory that can: the same, and it goes on when it can be")
    func readOnlyFile() throws {
        let scratch = try Scratch()
        let node = Node("node", in: scratch)
        try node.run("new", "held", "--body", "can be read")
        try node.run("export", scratch.path + "/file")
        try node.script(
            #"""
            chmod a+r "$DATA/../file"; chmod -R a+rwX "$DATA"; chmod a-w "$DATA"/workspaces/*.sqlite
            mkdir -m 777 "$DATA/../stick"
            """#)
        #expect(try attempt("show held", node).output == "can be read")
        #expect(try attempt("export stick/out", node).status == 0)
        for command in ["new x --body y", "import file", "sync stick"] {
            let outcome = try attempt(command, node)
            #expect(outcome.status == 1 && outcome.error.contains("ermission"), "\(command): \(outcome)")
        }
        try node.script(#"chmod -R a+rw "$DATA"/workspaces"#)
        for command in ["new x --body y", "import file", "sync stick", "doctor"] {
            let outcome = try attempt(command, node)
            #expect(outcome.status == 0, "\(command): \(outcome)")
        }
    }

    @Test("A server that can't write to its data says so, and takes the work when it can")
    func server() throws {
        let scratch = try Scratch()
        let node = Node("node", in: scratch)
        let server = try Server(in: scratch)
        let token = try server.token()
        try node.run("new", "held", "--body", "kept")
        try node.connect(server, token, "--adopt")
        try node.sync()
        try node.run("new", "later", "--body", "later")
        server.kill()
        try server.node.script(#"chmod -R a+rwX "$DATA"; chmod a-w "$DATA"/workspaces/*.sqlite"#)
        try server.restart(as: Stranger.words)
        try node.connect(server, token)
        let refused = try node.attempt("sync")
        #expect(refused.status == 1 && refused.error.contains("can't write to its data"), "\(refused)")
        server.kill()
        try server.node.script(#"chmod -R a+rw "$DATA"/workspaces"#)
        try server.restart(as: Stranger.words)
        try node.connect(server, token)
        try node.sync()
        #expect(try node.digest() == server.node.digest())
        server.kill()
        try server.node.script(#"chmod a-w "$DATA"/directory.sqlite*"#)
        let outcome = try attempt("serve --listen 127.0.0.1:0", server.node)
        #expect(outcome.status == 1 && outcome.error.contains("ermission"), "\(outcome)")
    }

    @Test("A data directory that can't be made")
    func noDirectory() throws {
        let scratch = try Scratch()
        let node = Node("folder/node", in: scratch)
        try node.script(#"mkdir "$(dirname "$DATA")"; chmod a-w "$(dirname "$DATA")""#)
        let outcome = try attempt("new x --body y", node)
        #expect(outcome.status == 1 && outcome.error.contains("permission"), "\(outcome)")
        #expect(!FileManager.default.fileExists(atPath: node.data))
    }
}
