import Foundation
import Testing

/// What a Tab makes of a command line, in the real shells.
@Suite("Completion by Tab")
struct CompletionTests {
    enum Program: String {
        case bash, zsh, fish

        var isInstalled: Bool { (try? shell("command -v \(rawValue)"))?.status == 0 }
    }

    /// Names that are hard on a shell.
    private static let names = [
        "it's a test", #"it says "hi""#, "costs $5 a day", "foo:bar baz", "foo:bar qux", "`touch pwned`",
        "$(touch pwned)", "東京 guide", "bang! me", #"back\slash"#, "-dash first", "semi;colon & amp", "tab-one",
        "tab-two", "star*glob", "~tilde", "hash#tag", "a=b=c", "émile", "Camel Case",
    ]

    private func node(_ name: String = "the data") throws -> Node {
        let node = Node(name, in: try Scratch())
        let prompts = Self.names.map { ["name": $0, "body": "Hello {{who}} {{what}}"] }
        let file = try node.scratch.file("prompts.json", String(decoding: JSONEncoder().encode(prompts), as: UTF8.self))
        try node.run("import", file)
        try node.run("tag", "tab-one", "a tag", "t:two")
        try node.run("edit", "tab-one", "--body", "second")
        try node.run("label", "tab-one", "staging", "v1")
        try node.run("group", "create", "my group")
        try node.run("group", "add", "my group", "tab-one")
        try node.run("delete", "hash#tag")
        // What can't be typed is not offered.
        try node.sql("UPDATE prompts SET name = 'evil' || char(10) || 'line' WHERE name = 'star*glob'")
        return node
    }

    /// Types each line and a Tab in one shell, and gives what stands there then.
    private func type(_ lines: [String], in program: Program, _ node: Node) throws -> [String] {
        let file = try node.scratch.file("lines.json", String(decoding: JSONEncoder().encode(lines), as: UTF8.self))
        let result = try shell(
            "exec python3 -c \(quoted(Self.typist)) \(program.rawValue) \(quoted(file))",
            environment: ["OFFBOOK_DATA": node.data, "OTHER": node.data, "LC_ALL": "C.UTF-8", "TERM": "xterm"],
            in: node.scratch.path)
        #expect(result.status == 0, "\(result.error)")
        return try JSONDecoder().decode([String].self, from: Data(result.output.utf8))
    }

    /// A key that shows the line as the shell has it comes after each Tab: shells take keys in turn.
    private static let typist = #"""
        import json, os, pty, re, select, sys, time, fcntl, termios, struct
        start = {
            "bash": (["bash", "--norc", "--noprofile", "-i"], r"""
                PS1=; bind 'set bell-style none'; bind 'set enable-bracketed-paste off'
                source <(offbook completions bash); unexported=$OTHER; unset OTHER
                __show() { printf '\n<<%s>>\n' "$READLINE_LINE"; READLINE_LINE=; }
                bind -x '"\C-x\C-b": __show'"""),
            "zsh": (["zsh", "-f", "-i"], r"""
                PS1=; setopt nobeep; autoload -Uz compinit; compinit -u -D
                source <(offbook completions zsh); unexported=$OTHER; unset OTHER
                __show() { printf '\n<<%s>>\n' "$BUFFER"; BUFFER=; }; zle -N __show; bindkey '^X^B' __show"""),
            "fish": (["fish", "--no-config", "-i"], r"""
                function fish_prompt; end; function fish_greeting; end; set -g fish_autosuggestion_enabled 0
                offbook completions fish | source; set unexported $OTHER; set -e OTHER
                function __show; printf '\n<<%s>>\n' (commandline | string collect); commandline -r ''; end
                bind \cx\cb __show"""),
        }[sys.argv[1]]
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp(start[0][0], start[0])
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        def until(pattern, seconds=60):
            shown, end = b"", time.time() + seconds
            while not (found := re.search(pattern, shown, re.S)):
                ready, _, _ = select.select([terminal], [], [], max(0, end - time.time()))
                if not ready:
                    sys.exit(f"{pattern} did not come: {shown[-500:]}")
                shown += os.read(terminal, 65536)
            return found
        with open("start", "w") as file:
            file.write(start[1])
        os.write(terminal, b"source ./start; echo rea''dy\r")
        until(rb"ready\r\n")
        found = []
        for line in json.load(open(sys.argv[2])):
            os.write(terminal, line.encode() + b"\t\x18\x02")
            found.append(until(rb"<<(.*?)>>\r?\n").group(1).decode())
        os.kill(pid, 9)
        print(json.dumps(found))
        """#

    /// What every shell makes of a line; `~` stands for no change.
    private static let common: [(String, String)] = [
        ("offbook sho", "offbook show "),
        ("offbook bra", "offbook branches "),
        ("offbook group mo", "offbook group move "),
        ("offbook help undel", "offbook help undelete "),
        ("offbook nothing-such ", "~"),
        (#"offbook show it\'"#, #"offbook show it\'s\ a\ test "#),
        ("offbook show 'it s", #"offbook show 'it says "hi"' "#),
        ("offbook show foo:b", #"offbook show foo:bar\ "#),
        (#"offbook show foo:bar\ q"#, #"offbook show foo:bar\ qux "#),
        ("offbook show costs", #"offbook show costs\ \$5\ a\ day "#),
        (#"offbook show \$"#, #"offbook show \$\(touch\ pwned\) "#),
        ("offbook show '`", "offbook show '`touch pwned`' "),
        ("offbook show 東", #"offbook show 東京\ guide "#),
        ("offbook show ém", "offbook show émile "),
        ("offbook show back", #"offbook show back\\slash "#),
        ("offbook show semi", #"offbook show semi\;colon\ \&\ amp "#),
        ("offbook show a=b", "offbook show a=b=c "),
        ("offbook show -- -d", #"offbook show -- -dash\ first "#),
        (#"offbook show \~"#, #"offbook show \~tilde "#),
        ("offbook show evi", "~"),
        ("offbook show has", "~"),
        ("offbook undelete has", ##"offbook undelete hash\#tag "##),
        ("offbook show tab-one --vers", "offbook show tab-one --version "),
        ("offbook show tab-one --version v", "offbook show tab-one --version v"),
        ("offbook show tab-one --version v2", "offbook show tab-one --version v2 "),
        ("offbook show tab-one --label ", "offbook show tab-one --label staging "),
        ("offbook show tab-one --label=", "offbook show tab-one --label=staging "),
        ("offbook show tab-one --data x --dat", "~"),
        ("offbook render tab-two --var wha", "offbook render tab-two --var what="),
        ("offbook render tab-two --format mus", "offbook render tab-two --format mustache "),
        ("offbook group remove my", #"offbook group remove my\ group "#),
        ("offbook group remove 'my group' ", "offbook group remove 'my group' tab-one "),
        ("offbook list --tag t:", "offbook list --tag t:two "),
        ("offbook untag tab-one a", #"offbook untag tab-one a\ tag "#),
        ("offbook show --data /nowhere tab-o", "~"),
        ("offbook show --data $unexported tab-o", "offbook show --data $unexported tab-one "),
        (#"offbook show --data="$unexported" tab-o"#, #"offbook show --data="$unexported" tab-one "#),
        ("offbook show --workspace nobody tab-o", "~"),
        ("offbook import ./prompts.j", "offbook import ./prompts.json "),
        ("offbook list --data the", #"offbook list --data the\ data/"#),
        ("true; offbook show tab-o", "true; offbook show tab-one "),
    ]

    @Test("Names, options, versions and files in bash") func bash() throws { try tab(.bash) }

    @Test("The same in zsh", .enabled(if: Program.zsh.isInstalled, "zsh is not installed"))
    func zsh() throws { try tab(.zsh) }

    @Test("The same in fish", .enabled(if: Program.fish.isInstalled, "fish is not installed"))
    func fish() throws { try tab(.fish) }

    private func tab(_ program: Program) throws {
        let node = try node()
        let before = try fingerprint(of: node)
        let lines = try type(Self.common.map(\.0), in: program, node)
        for ((line, wanted), found) in zip(Self.common, lines) {
            #expect(found == (wanted == "~" ? line : wanted), "after: \(line)")
        }
        #expect(!FileManager.default.fileExists(atPath: node.scratch.path + "/pwned"), "a name was run")
        #expect(try fingerprint(of: node) == before, "a Tab wrote something")
    }

    /// Every file of the data directory with its content and the time it was written.
    private func fingerprint(of node: Node) throws -> String {
        try node.script(#"find "$DATA" -printf '%P %s %T@\n' | sort; find "$DATA" -type f -exec sha256sum {} + | sort"#)
    }

    @Test("While somebody writes, nothing waits; where there is nothing, nothing is said")
    func quick() throws {
        let node = try node("data")
        let answer = try node.script(
            #"""
            { echo 'BEGIN EXCLUSIVE; UPDATE prompts SET description = 1;'; echo '.shell touch "$DATA/held"'
              while [[ ! -e "$DATA/done" ]]; do sleep 0.05; done; echo 'ROLLBACK;'; } |
                sqlite3 "$DATA"/workspaces/*.sqlite &
            while [[ ! -e "$DATA/held" ]]; do sleep 0.05; done
            timeout 20 offbook __complete fish -- 'offbook show tab-' ''
            touch "$DATA/done"
            wait
            """#)
        #expect(answer == "words\n\ntab-one\ntab-two\n")
        for data in ["/nowhere", "/dev/null", node.scratch.path] {
            let outcome = try node.script(
                "offbook __complete bash -- \(quoted("offbook show --data \(quoted(data)) ")) '' 2>&1")
            #expect(outcome.split(separator: "\n").count <= 1, "\(outcome)")
        }
        let broken = try node.script(
            #"echo no database > "$(echo "$DATA"/workspaces/*.sqlite)"; offbook __complete bash -- 'offbook show ' '' 2>&1"#
        )
        #expect(broken.isEmpty)
    }

    @Test("Of more names than anybody looks through, what all of them begin with is right")
    func manyNames() throws {
        let node = Node("node", in: try Scratch())
        try node.run("new", "aaa zzz", "--body", "x")
        try node.sql(
            """
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
            INSERT INTO prompts (name) SELECT printf('aaa common %05d', i) FROM n
            """)
        let answer = try node.script("offbook __complete zsh -- 'offbook show aa' ''").split(separator: "\n")
        #expect(answer.count < 600 && answer.contains("aaa zzz") && answer.contains("aaa common 00001"))
    }
}
