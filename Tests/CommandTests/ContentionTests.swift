import Testing

/// Several processes at one replica: everybody gets a turn, nobody hears of a lock, and no write is lost.
@Suite struct ContentionTests {
    private static let writers = 4
    private static let rounds = 10

    @Test("Writers, readers, syncs, imports and the sqlite3 shell at once")
    func everybodyAtOnce() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let token = try server.token()
        let node = Node("node", in: scratch)
        try node.run("init", "--name", "Team")
        try node.run("new", "contended", "--body", "x")
        try node.connect(server, token)
        let other = try Node.joining(server, token, "other", in: scratch)

        let said = try node.script(
            """
            writer() { for i in $(seq \(Self.rounds)); do
                offbook new "w$1-$i" --body "by $1, $i"; offbook tag contended "tag-$1-$i"
            done; }
            reader() { for i in $(seq \(Self.rounds)); do offbook list --json; offbook digest; done; }
            syncer() { for i in $(seq 6); do offbook sync; offbook sync --data "$OTHER"; done; }
            shell() { for i in $(seq \(Self.rounds)); do
                sqlite3 -cmd '.timeout 60000' "$REPLICA" "INSERT INTO prompts (name) VALUES ('shell-$i')"
            done; }
            files() { for i in $(seq 4); do
                offbook new "o-$i" --body o --data "$OTHER"
                offbook export "$OTHER.$i" --data "$OTHER"; offbook import "$OTHER.$i"
            done; }
            jobs=
            for w in $(seq \(Self.writers)); do writer $w >"$DATA.w$w" 2>&1 & jobs="$jobs $!"; done
            for job in reader syncer shell files; do $job >"$DATA.$job" 2>&1 & jobs="$jobs $!"; done
            syncer >"$DATA.syncer2" 2>&1 & jobs="$jobs $!"
            failures=0
            for job in $jobs; do wait $job || failures=$((failures + 1)); done
            echo "$failures jobs failed"
            cat "$DATA".* | grep -iE 'locked|busy|offbook: |error|damaged' || true
            """, environment: ["OTHER": other.data, "REPLICA": node.replica])
        #expect(said == "0 jobs failed\n")

        try settle(node, other)
        for place in [node, other] {
            let made = Self.writers * Self.rounds
            #expect(try place.sql("SELECT count(*) FROM prompts WHERE name LIKE 'w%-%'") == "\(made)")
            #expect(try place.sql("SELECT count(*) FROM tags WHERE tag LIKE 'tag-%'") == "\(made)")
            #expect(try place.sql("SELECT count(*) FROM prompts WHERE name LIKE 'shell-%'") == "\(Self.rounds)")
            #expect(try place.sql("SELECT count(*) FROM prompts WHERE name LIKE 'o-%'") == "4")
            #expect(try place.count("versions") == made + 4 + 1)
            #expect(try place.sql("PRAGMA integrity_check") == "ok")
        }
        #expect(try node.digest() == other.digest())
    }

    @Test("Edits of one prompt at the same time: every text is kept")
    func oneprompt() throws {
        let node = Node("node", in: try Scratch())
        try node.run("new", "contended", "--body", "x")
        let said = try node.script(
            """
            jobs=
            for w in 1 2 3 4; do
                ( for i in 1 2 3 4 5; do offbook edit contended --body "text $w $i"; done ) >"$DATA.$w" 2>&1 &
                jobs="$jobs $!"
            done
            for job in $jobs; do wait $job || cat "$DATA".*; done
            """)
        #expect(said == "")
        #expect(try node.sql("SELECT count(DISTINCT body) FROM versions") == "21")
        // Each version is a tip, or some version's parent: none has dropped out of sight.
        let history = try node.items("history", "contended")
        let parents = Set(history.flatMap { $0["parents"].array?.compactMap(\.string) ?? [] })
        for version in history {
            let isReachable = version["is_tip"].bool == true || parents.contains(version["id"].string ?? "")
            #expect(isReachable, "\(version)")
        }
    }
}
