import Foundation
import Testing

/// The first sync of a library that is large: it shows how far it is, and goes on after a cut.
@Suite(.serialized) struct BootstrapTests {
    /// OFFBOOK_CUTS=100 cuts as many first syncs.
    private static let cuts = Int(ProcessInfo.processInfo.environment["OFFBOOK_CUTS"] ?? "") ?? 8

    private struct Team {
        let scratch: Scratch
        let server: Server
        let token: String
        let writer: Node

        /// Some MiB that can't be compressed much, so that a pull has several pages.
        init() throws {
            scratch = try Scratch()
            server = try Server(in: scratch)
            token = try server.token()
            writer = Node("writer", in: scratch)
            let prompts = (0..<600).map { number in
                let body = (0..<240).map { _ in UUID().uuidString }.joined(separator: " ")
                return ["name": "prompt \(number)", "body": body]
            }
            let file = scratch.path + "/prompts.json"
            try JSONSerialization.data(withJSONObject: prompts).write(to: URL(filePath: file))
            try writer.run("import", file)
            try writer.connect(server, token, "--adopt")
            try writer.sync()
        }

        /// A node that has written something before its first sync.
        func newcomer(_ name: String, _ url: String) throws -> Node {
            let node = Node(name, in: scratch)
            try node.run("connect", url, "--token", token, "--node", name)
            try node.run("new", "note of \(name)", "--body", "written before the first sync")
            return node
        }
    }

    @Test("Cut after any number of bytes, the next sync goes on from the last page that came whole")
    func cut() throws {
        let team = try Team()
        let proxy = try CuttingProxy(before: team.server, in: team.scratch)
        let whole = try team.newcomer("whole", proxy.url)
        try proxy.allow(nil)
        try whole.sync()
        let all = proxy.passed
        var resumed = 0
        for number in 0..<Self.cuts {
            // The small ones are in the handshake and the push.
            let bytes = number % 4 == 0 ? Int.random(in: 0...2000) : Int.random(in: 0..<all)
            let node = try team.newcomer("node\(number)", proxy.url)
            resumed += try cutAndResume(node, proxy, after: bytes, of: all + number * Self.noteBytes) ? 1 : 0
            #expect(try node.digest() == team.server.node.digest())
        }
        #expect(resumed > 0)
    }

    /// What everybody who came before has written, with what there is about its writer, takes at most.
    private static let noteBytes = 500

    /// - Returns: whether pages of the first try were left to go on from.
    private func cutAndResume(_ node: Node, _ proxy: CuttingProxy, after bytes: Int, of all: Int) throws -> Bool {
        try proxy.allow(bytes)
        let outcome = try node.attempt("sync")
        #expect(outcome.status == 5 && outcome.error.contains("offbook: the server"), "\(bytes) bytes: \(outcome)")
        #expect(try node.attempt("show", "note of \(node.name)").line == "written before the first sync")
        #expect(try node.count("prompts") == 1, "a page was joined before all had come")
        let staged = try Int(node.sql("SELECT coalesce(sum(length(page)), 0) FROM staged_pages")) ?? -1
        #expect(bytes - staged < 2 << 20, "\(staged) bytes are staged of \(bytes) that came")
        try proxy.allow(nil)
        try node.sync()
        #expect(proxy.passed < all - staged + 10_000, "\(proxy.passed) bytes came again, \(staged) were there")
        return staged > 0
    }

    @Test("A bar on a terminal, with the rows so far of about how many; nothing elsewhere")
    func progress() throws {
        let team = try Team()
        func show(_ command: String, _ node: Node) throws -> PseudoTerminal.Screen {
            try PseudoTerminal.run("offbook \(command) --data \(quoted(node.data))", in: team.scratch.path)
        }
        let shown = try show("sync", try team.newcomer("first", team.server.url))
        #expect(shown.status == 0)
        #expect(shown.text.contains(#/Receiving \[#+\.*\] +\d+ %  [\d,]+ of about 1,8\d\d rows/#), "\(shown.text)")
        #expect(shown.text.contains(#/Joining \[#{10,}\] 100 %  1,8\d\d of 1,8\d\d rows/#), "\(shown.text)")
        let quiet = try show("sync --quiet", try team.newcomer("second", team.server.url))
        #expect(quiet.status == 0 && quiet.output.isEmpty, "\(quiet.output)")
        let piped = try team.newcomer("third", team.server.url).run("sync")
        #expect(piped.error.isEmpty && piped.output.hasPrefix("Sent "), "\(piped)")
    }
}
