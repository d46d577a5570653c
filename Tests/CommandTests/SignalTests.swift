import Foundation
import Testing

/// Ctrl-C and SIGTERM in the middle of something: it ends at once, by that signal, and leaves nothing half
/// done.
@Suite("Signals", .serialized)
struct SignalTests {
    enum Ending: String, CaseIterable {
        case interrupt = "INT"
        case termination = "TERM"

        var status: Int { self == .interrupt ? 130 : 143 }
    }

    /// Starts a command, sends it the signal after each of some parts of the time that it takes undisturbed and
    /// gives the statuses it ended with, as a shell sees them.
    private func disturb(_ command: String, after undisturbed: TimeInterval, by ending: Ending, on node: Node)
        throws -> [Int]
    {
        let program = """
            import os, random, signal, subprocess, sys, time
            def die_of_signals():
                for number in (signal.SIGINT, signal.SIGTERM): signal.signal(number, signal.SIG_DFL)
                # The threads of the tests let no signals in, and their children inherit that.
                signal.pthread_sigmask(signal.SIG_SETMASK, [])
            for least in (0.05, 0.2, 0.4, 0.6, 0.8):
                command = subprocess.Popen(["bash", "-c", "exec " + sys.argv[1]], stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL, preexec_fn=die_of_signals)
                time.sleep(float(sys.argv[2]) * (least + 0.15 * random.random()))
                command.send_signal(getattr(signal, "SIG" + sys.argv[3]))
                status = command.wait()
                print(128 - status if status < 0 else status)
            """
        let line = (["exec", "python3", "-c"] + [program, command, "\(undisturbed)", ending.rawValue].map(quoted))
            .joined(separator: " ")
        let output = try node.script(line)
        return output.split(separator: "\n").compactMap { Int($0) }
    }

    private func time(_ body: () throws -> Void) rethrows -> TimeInterval {
        let start = Date()
        try body()
        return Date().timeIntervalSince(start)
    }

    private func prompts(_ count: Int, in scratch: Scratch) throws -> String {
        let prompts = (0..<count).map { ["name": "prompt \($0)", "body": "The text of prompt \($0), in some words."] }
        return try scratch.file("prompts.json", String(decoding: JSONEncoder().encode(prompts), as: UTF8.self))
    }

    /// Nothing wrong inside, and nothing left beside it.
    private func expectClean(_ node: Node) throws {
        #expect(try node.attempt("doctor").status == 0)
        let left = try node.script(
            #"find "$DATA" -type f ! -name '*.sqlite' ! -name '*.sqlite-wal' ! -name '*.sqlite-shm' ! -name '*lock' ! -name '*.key'"#
        )
        #expect(left.isEmpty, "\(left)")
    }

    @Test("An import is there as a whole or not at all", arguments: Ending.allCases)
    func importing(_ ending: Ending) throws {
        let scratch = try Scratch()
        let file = try prompts(1500, in: scratch)
        let twin = Node("twin", in: scratch)
        try twin.run("new", "first", "--body", "x")
        let undisturbed = try time { try twin.run("import", file) }
        let node = Node("node", in: scratch)
        try node.run("new", "first", "--body", "x")
        let statuses = try disturb("offbook import \(quoted(file))", after: undisturbed, by: ending, on: node)
        #expect(
            statuses.allSatisfy { $0 == ending.status || $0 == 0 } && statuses.contains(ending.status), "\(statuses)")
        let count = try node.count("prompts")
        #expect(count == 1 || count == 1501)
        try expectClean(node)
        try node.run("import", file)
        #expect(try node.count("prompts") == 1501)
    }

    @Test("A search that makes the index goes on another time", arguments: Ending.allCases)
    func searching(_ ending: Ending) throws {
        let scratch = try Scratch()
        let file = try prompts(1500, in: scratch)
        let twin = Node("twin", in: scratch)
        let node = Node("node", in: scratch)
        for each in [twin, node] { try each.run("import", file) }
        let undisturbed = try time { try twin.run("search", "words") }
        let statuses = try disturb("offbook search words", after: undisturbed, by: ending, on: node)
        #expect(
            statuses.allSatisfy { $0 == ending.status || $0 == 0 } && statuses.contains(ending.status), "\(statuses)")
        try expectClean(node)
        #expect(try node.items("search", "words", "--limit", "2000").count == 1500)
    }

    @Test("An export leaves no part of a file", arguments: Ending.allCases)
    func exporting(_ ending: Ending) throws {
        let scratch = try Scratch()
        let node = Node("node", in: scratch)
        try node.run("import", prompts(1500, in: scratch))
        try node.script(#"mkdir "$DATA/../out""#)
        let undisturbed = try time { try node.run("export", scratch.path + "/once") }
        let statuses = try disturb("offbook export out/file", after: undisturbed, by: ending, on: node)
        #expect(
            statuses.allSatisfy { $0 == ending.status || $0 == 0 } && statuses.contains(ending.status), "\(statuses)")
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/out")
        #expect(left.allSatisfy { $0 == "file" }, "\(left)")
        try expectClean(node)
    }

    @Test("A sync goes on another time", arguments: Ending.allCases)
    func syncing(_ ending: Ending) throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let file = try prompts(1500, in: scratch)
        let twin = Node("twin", in: scratch)
        try twin.run("import", file)
        try twin.connect(server, try server.token("Undisturbed"))
        let undisturbed = try time { try twin.sync() }
        let node = Node("node", in: scratch)
        try node.run("import", file)
        let token = try server.token("Disturbed")
        try node.connect(server, token)
        let statuses = try disturb("offbook sync", after: undisturbed, by: ending, on: node)
        #expect(
            statuses.allSatisfy { $0 == ending.status || $0 == 0 } && statuses.contains(ending.status), "\(statuses)")
        #expect(try node.attempt("doctor").status == 0)
        try node.sync()
        let reader = try Node.joining(server, token, "reader", in: scratch)
        #expect(try reader.digest() == node.digest())
    }

    @Test("Making a library: what a killed process left of it goes with the next one that is made")
    func drafts() throws {
        let node = Node("node", in: try Scratch())
        try node.run("init", "--name", "one")
        let draft = try "\(node.replica).0123456789abcdef0123456789abcdef"
        for suffix in ["", "-wal", "-shm"] { try Data().write(to: URL(filePath: draft + suffix)) }
        try node.run("init", "--name", "two")
        let files = try FileManager.default.contentsOfDirectory(atPath: node.data + "/workspaces")
        #expect(files.allSatisfy { !$0.contains("0123456789abcdef0123") }, "\(files)")
    }
}

/// What was written in an editor is kept, whatever happens to the process that waits for it.
@Suite("Texts in editors")
struct KeptTextTests {
    private func node() throws -> Node {
        let node = Node("node", in: try Scratch())
        try node.run("new", "a prompt", "--body", "one\n")
        return node
    }

    private func kept(_ node: Node) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: node.data + "/edits")) ?? []
    }

    /// The next edit says where the text is, takes it as it says, and then says no more.
    private func expectMentioned(_ text: String, on node: Node) throws {
        let next = try node.run("edit", "a prompt", environment: ["EDITOR": "true"])
        #expect(next.error.contains("never saved") && next.error.contains("“a prompt”"), "\(next)")
        let advice = try #require(next.error.split(separator: "To save it: ").last)
        try node.script(String(advice))
        #expect(try node.run("show", "a prompt").output == text)
        #expect(try node.run("edit", "a prompt", environment: ["EDITOR": "true"]).error.isEmpty)
        #expect(kept(node).isEmpty)
    }

    @Test("Ctrl-C in the editor does not end what waits for it")
    func interrupt() throws {
        let node = try node()
        let editor = try node.scratch.file(
            "editor", "trap '' INT\necho editing\nread answer </dev/tty\necho $answer >>\"$1\"\n")
        let screen = try PseudoTerminal.run(
            "offbook edit 'a prompt'; echo status $?", keys: [("editing", "\u{3}two\n")],
            environment: ["OFFBOOK_DATA": node.data, "EDITOR": "sh \(quoted(editor))"], in: node.scratch.path)
        #expect(screen.text.contains("status 0"), "\(screen.text)")
        #expect(try node.run("show", "a prompt").output == "one\ntwo\n")
        #expect(kept(node).isEmpty)
    }

    @Test("Killed while the editor is open", arguments: ["TERM", "KILL", "HUP"])
    func killed(signal: String) throws {
        let node = try node()
        let editor = try node.scratch.file("editor", "echo two >>\"$1\"\nkill -\(signal) $PPID\nsleep 0.2\n")
        let outcome = try node.attempt("edit", "a prompt", environment: ["EDITOR": "sh \(quoted(editor))"])
        #expect(outcome.status != 0)
        #expect(kept(node).count == 1)
        try expectMentioned("one\ntwo\n", on: node)
    }

    @Test("No space left for the library")
    func diskFull() throws {
        let node = try node()
        let text = String(repeating: "a line of text\n", count: 10_000)
        let source = try node.scratch.file("text", text)
        let editor = try node.scratch.file("editor", "cat \(quoted(source)) >\"$1\"\n")
        // A limit on the size of files stands for a disk that is full: the log gets no bigger than the text.
        let result = try shell(
            "trap '' XFSZ; ulimit -f 155; exec offbook edit 'a prompt'",
            environment: ["OFFBOOK_DATA": node.data, "EDITOR": "sh \(quoted(editor))"], in: node.scratch.path)
        #expect(result.status == 1 && result.error.contains("your text is in"), "\(result.error)")
        #expect(try node.attempt("doctor").status == 0)
        #expect(try node.run("show", "a prompt").output == "one\n")
        try expectMentioned(text, on: node)
    }

    @Test("A text that is being edited elsewhere is not taken for one that was forgotten")
    func inProgress() throws {
        let node = try node()
        let editor = try node.scratch.file(
            "editor",
            "EDITOR=true offbook edit 'a prompt' --data \(quoted(node.data)) 2>\(quoted(node.scratch.path))/said\necho two >>\"$1\"\n"
        )
        try node.run("edit", "a prompt", environment: ["EDITOR": "sh \(quoted(editor))"])
        #expect(try String(contentsOfFile: node.scratch.path + "/said", encoding: .utf8).isEmpty)
        #expect(try node.run("show", "a prompt").output == "one\ntwo\n")
    }
}
