import Foundation
import Testing

/// Long output on a terminal goes through a pager, and nothing else does.
@Suite("The pager")
struct PagerTests {
    /// A library whose list is longer than a screen of 24 lines.
    private func node() throws -> Node {
        let node = Node("node", in: try Scratch())
        let prompts = (1...40).map { ["name": "prompt \($0)", "body": "text"] }
        let file = try node.scratch.file("prompts.json", String(decoding: JSONEncoder().encode(prompts), as: UTF8.self))
        try node.run("import", file)
        return node
    }

    private func screen(
        _ script: String, on node: Node, pager: String, keys: [(pattern: String, keys: String)] = [],
        environment: [String: String] = [:]
    ) throws -> PseudoTerminal.Screen {
        let variables = ["OFFBOOK_DATA": node.data, "OFFBOOK_PAGER": pager].merging(environment) { $1 }
        return try PseudoTerminal.run(script, keys: keys, environment: variables, in: node.scratch.path)
    }

    private func paged(_ node: Node) -> String? {
        try? String(contentsOfFile: node.scratch.path + "/paged", encoding: .utf8)
    }

    @Test("A long list, with its colours; what is said on standard error comes after it")
    func longList() throws {
        let node = try node()
        let screen = try screen("offbook list --limit 39", on: node, pager: "cat >paged; echo the pager is done")
        #expect(screen.status == 0)
        let lines = try #require(paged(node)).split(separator: "\n")
        #expect(lines.count == 40)
        #expect(lines.first?.hasPrefix("\u{1B}[2mID") == true, "\(lines.first ?? "")")
        #expect(screen.text == "the pager is done\nMore with: --cursor 39\n")
    }

    @Test("Not what fits on the screen, what is piped, JSON, or where nobody wants one")
    func notPaged() throws {
        let node = try node()
        for command in [
            "offbook list --limit 20", "offbook list | cat", "offbook list --json", "offbook list --no-pager",
            "OFFBOOK_PAGER= offbook list", "TERM=dumb offbook list", "offbook show 'prompt 1'", "offbook status",
        ] {
            let screen = try screen(command, on: node, pager: "cat >paged")
            #expect(screen.status == 0 && !screen.output.isEmpty, "\(command)")
            #expect(paged(node) == nil, "\(command)")
        }
    }

    @Test("A pager that is left early, and one that there is not")
    func early() throws {
        let node = try node()
        try node.run(
            "edit", "prompt 1", "--body-file", "-", input: String(repeating: "a line of text\n", count: 50_000))
        let left = try screen("offbook show 'prompt 1'", on: node, pager: "head -n 3")
        #expect(left.status == 0 && left.text.split(separator: "\n").count <= 3, "\(left.text.prefix(500))")
        let none = try screen("offbook list", on: node, pager: "no-such-program")
        #expect(none.status == 0 && none.text.contains("prompt 40"))
    }

    @Test("Ctrl-C is the pager's own affair")
    func interrupt() throws {
        let node = try node()
        let screen = try screen(
            "offbook list; echo status $?", on: node,
            pager: "trap '' INT; cat >paged; echo paging; read answer </dev/tty; echo left by $answer",
            keys: [("paging", "\u{3}\u{3}yes\n")])
        #expect(screen.text.contains("left by yes\nstatus 0"), "\(screen.text)")
    }

    @Test("$PAGER where $OFFBOOK_PAGER is not set")
    func pagerVariable() throws {
        let node = try node()
        _ = try PseudoTerminal.run(
            "offbook history 'prompt 1'; offbook list",
            environment: ["OFFBOOK_DATA": node.data, "PAGER": "cat >paged"],
            in: node.scratch.path)
        #expect(paged(node)?.contains("prompt 40") == true)
    }
}
