import Testing

/// What is written with the plain `sqlite3` shell syncs like anything else: no code path can forget.
@Suite struct ShellWritesTests {
    private struct Pair {
        let scratch: Scratch
        let server: Server
        let alice: Node
        let bob: Node

        /// Two nodes in step, with the prompts `p1` to `p6`, each with a tag.
        init() throws {
            scratch = try Scratch()
            server = try Server(in: scratch)
            let token = try server.token()
            alice = Node("alice", in: scratch)
            try alice.run("init", "--name", "Team", "--node", "alice")
            try alice.script(
                #"for i in 1 2 3 4 5 6; do offbook new "p$i" --body "body $i" --tag "t$i" >"$DATA.log"; done"#)
            try alice.connect(server, token)
            try alice.sync()
            bob = try Node.joining(server, token, "bob", in: scratch)
        }

        /// Every synced table that people write to, but for nothing in it.
        static let content = """
            SELECT 'prompt', hex(id), name, description, category, status, is_template, archived_at FROM prompts
            UNION ALL SELECT 'tag', hex(id), hex(prompt_id), tag, NULL, NULL, NULL, NULL FROM tags
            UNION ALL SELECT 'metadata', hex(id), hex(prompt_id), key, value, NULL, NULL, NULL FROM metadata
            UNION ALL SELECT 'group', hex(id), name, description, NULL, NULL, NULL, NULL FROM groups
            UNION ALL SELECT 'entry', hex(id), hex(group_id), hex(prompt_id), rank, NULL, NULL, NULL FROM group_entries
            UNION ALL SELECT 'project', hex(id), name, description, NULL, NULL, NULL, NULL FROM projects
            UNION ALL SELECT 'favourite', hex(id), hex(prompt_id), hex(user_id), NULL, NULL, NULL, NULL FROM favourites
            ORDER BY 1, 2
            """

        func expectInStep() throws {
            try settle(alice, bob)
            #expect(try alice.sql(Self.content) == bob.sql(Self.content))
            #expect(try alice.digest() == bob.digest())
            // The server's replica is of the same kind, and a node like any other.
            #expect(try server.node.sql(Self.content) == alice.sql(Self.content))
        }
    }

    @Test("INSERT, UPDATE, REPLACE and DELETE arrive on the other node")
    func everyStatement() throws {
        let pair = try Pair()
        try pair.alice.sql(
            """
            INSERT INTO prompts (name, description) VALUES ('by insert', 'made in the shell');
            UPDATE prompts SET name = 'by update', category = 'shell' WHERE name = 'p1';
            REPLACE INTO prompts (id, name, description) SELECT id, 'by replace', 'all anew' FROM prompts WHERE name = 'p2';
            DELETE FROM prompts WHERE name = 'p3';
            INSERT OR IGNORE INTO prompts (id, name) SELECT id, 'ignored' FROM prompts WHERE name = 'p4';
            INSERT INTO prompts (id, name) SELECT id, 'by upsert' FROM prompts WHERE name = 'p4' AND true
                ON CONFLICT (id) DO UPDATE SET name = excluded.name;
            """)
        try pair.expectInStep()
        let names = try pair.bob.sql("SELECT name FROM prompts ORDER BY name").split(separator: "\n")
        #expect(names == ["by insert", "by replace", "by update", "by upsert", "p5", "p6"])
        #expect(try pair.bob.sql("SELECT category FROM prompts WHERE name = 'by update'") == "shell")
        #expect(try pair.bob.sql("SELECT description FROM prompts WHERE name = 'by replace'") == "all anew")
        #expect(try pair.bob.run("show", "by replace").output == "body 2", "a replaced prompt keeps its text")
        #expect(try pair.bob.items("list", "--deleted").strings("name") == ["p3"])
        #expect(try pair.bob.items("conflicts").isEmpty, "nobody overwrote anything")
    }

    @Test("So do writes to children, to groups and to every other table, from either side")
    func everyTable() throws {
        let pair = try Pair()
        try pair.alice.sql(
            """
            INSERT INTO tags (prompt_id, tag) SELECT id, 'from the shell' FROM prompts WHERE name = 'p1';
            DELETE FROM tags WHERE tag = 't2';
            INSERT INTO metadata (prompt_id, key, value) SELECT id, 'lang', 'en' FROM prompts WHERE name = 'p3';
            INSERT INTO projects (name) VALUES ('a project');
            UPDATE prompts SET project_id = (SELECT id FROM projects) WHERE name = 'p4';
            """)
        try pair.bob.sql(
            """
            INSERT INTO groups (id, name) VALUES (x'000102030405060708090a0b0c0d0e0f', 'a group');
            INSERT INTO group_entries (group_id, prompt_id, rank)
                SELECT g.id, p.id, 'm' FROM groups g, prompts p WHERE p.name = 'p5';
            INSERT INTO favourites (user_id, prompt_id) SELECT user_id, p.id FROM replica, prompts p WHERE p.name = 'p6';
            REPLACE INTO tags (id, prompt_id, tag) SELECT id, prompt_id, 'replaced' FROM tags WHERE tag = 't6';
            """)
        try pair.expectInStep()
        let tags = try pair.bob.sql("SELECT tag FROM tags ORDER BY tag").split(separator: "\n")
        #expect(tags == ["from the shell", "replaced", "t1", "t3", "t4", "t5"])
        let shown = try pair.alice.json("show", "p3")
        #expect(shown["metadata"] == .object(["lang": .string("en")]))
        #expect(try pair.alice.items("group", "show", "a group").strings("prompt") == ["p5"])
        #expect(try pair.bob.json("show", "p4")["prompt"]["project"].string == "a project")
    }

    @Test("A transaction counts by its net effect; what is undone in it leaves nothing behind")
    func netEffect() throws {
        let pair = try Pair()
        let before = try pair.alice.digest()
        try pair.alice.sql(
            """
            BEGIN;
            INSERT INTO prompts (name) VALUES ('for a moment');
            DELETE FROM prompts WHERE name = 'for a moment';
            UPDATE prompts SET name = 'elsewhere' WHERE name = 'p1';
            ROLLBACK;
            BEGIN;
            INSERT INTO prompts (name) VALUES ('for a moment');
            DELETE FROM prompts WHERE name = 'for a moment';
            COMMIT;
            BEGIN;
            CREATE TEMP TABLE kept AS SELECT * FROM prompts WHERE name = 'p2';
            DELETE FROM prompts WHERE name = 'p2';
            INSERT INTO prompts SELECT * FROM kept;
            COMMIT;
            """)
        try pair.alice.sql("VACUUM")
        try pair.expectInStep()
        #expect(try pair.bob.digest() == before)
        #expect(try pair.bob.items("list", "--deleted").isEmpty)
        #expect(try pair.bob.count("prompts") == 6)
    }

    @Test("What was changed before it was deleted, in one go, is what comes back")
    func changedThenDeleted() throws {
        let pair = try Pair()
        try pair.alice.sql(
            "UPDATE prompts SET name = 'a new name', category = 'new' WHERE name = 'p1'; DELETE FROM prompts WHERE name = 'a new name'"
        )
        // An edit that did not know of it brings the prompt back, whole.
        try pair.bob.run("edit", "p1", "--body", "bob's text")
        try pair.expectInStep()
        for node in [pair.alice, pair.bob] {
            #expect(try node.run("show", "a new name").output == "bob's text", "on \(node.name)")
            #expect(try node.json("show", "a new name")["prompt"]["category"].string == "new")
            let journal = try node.items("conflicts")
            #expect(journal.strings("kind") == ["delete"], "one delete was overruled, and nothing else: \(journal)")
        }
    }

    @Test("What was changed and deleted in one go overwrites nothing, as nobody else wrote")
    func deleteIsNoConflict() throws {
        let pair = try Pair()
        try pair.alice.sql("UPDATE prompts SET is_template = 1; DELETE FROM prompts WHERE name = 'p1'")
        try pair.expectInStep()
        for node in [pair.alice, pair.bob, pair.server.node] { #expect(try node.count("conflicts") == 0) }
    }

    @Test("A version can't be changed or deleted, by any statement")
    func versionsStay() throws {
        let pair = try Pair()
        for statement in [
            "UPDATE versions SET body = 'forged'", "DELETE FROM versions",
            "REPLACE INTO versions (id, prompt_id, body) SELECT id, prompt_id, 'forged' FROM versions",
            "INSERT OR REPLACE INTO versions SELECT * FROM versions", "UPDATE prompts SET id = randomblob(16)",
        ] {
            #expect(throws: Complaint.self, "\(statement)") { try pair.alice.sql(statement) }
        }
        try pair.expectInStep()
        #expect(try pair.alice.run("show", "p1").output == "body 1")
        #expect(try pair.alice.count("versions") == 6)
    }
}
