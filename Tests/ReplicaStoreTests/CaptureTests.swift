import Changesets
import PromptLibrary
import ReplicaStore
import Testing

@Suite("Capture of writes")
struct CaptureTests {
    let scratch: Scratch
    let node: Node

    init() throws {
        scratch = try Scratch()
        node = try Node("a", workspace: .uuid7(at: 1), in: scratch)
    }

    private func clock(_ table: SyncedTable, _ id: String) throws -> RowClock? {
        guard let id = RowID(hex: id) else { return nil }
        return try node.replica.readFolded { try $0.clock(of: table, id) }
    }

    private let id = "0102030405060708090a0b0c0d0e0f10"

    @Test("a row inserted in the shell gets one stamp for all columns")
    func insert() throws {
        try node.sqlite("INSERT INTO projects (id, name) VALUES (x'\(id)', 'P')")
        let clock = try #require(try clock(.projects, id))
        #expect(clock.isAlive)
        #expect(clock.columns.uniform != nil)
        #expect(clock.edits.entries.count == 1)
    }

    @Test("an update stamps only the columns that changed, and nothing when none did")
    func update() throws {
        try node.sqlite("INSERT INTO projects (id, name) VALUES (x'\(id)', 'P')")
        let before = try #require(try clock(.projects, id))
        try node.sqlite("UPDATE projects SET name = 'P', description = ''")
        #expect(try clock(.projects, id) == before)
        try node.sqlite("UPDATE projects SET name = 'Q', description = ''")
        let after = try #require(try clock(.projects, id))
        #expect(after.columns[0] != before.columns[0])
        #expect(after.columns[1] == before.columns[1])
    }

    @Test("REPLACE writes the row anew, and a delete and insert in one transaction is an update")
    func replace() throws {
        try node.sqlite("INSERT INTO projects (id, name) VALUES (x'\(id)', 'P')")
        let before = try #require(try clock(.projects, id))
        try node.sqlite("REPLACE INTO projects (id, name) VALUES (x'\(id)', 'Q')")
        let replaced = try #require(try clock(.projects, id))
        #expect(replaced.isAlive && replaced.edits != before.edits)
        try node.sqlite(
            "BEGIN; DELETE FROM projects; INSERT INTO projects (id, name) VALUES (x'\(id)', 'R'); COMMIT")
        let again = try #require(try clock(.projects, id))
        #expect(again.isAlive && again.deletes.isEmpty)
        // The same in two transactions is a delete, and a new life.
        try node.sqlite("DELETE FROM projects")
        #expect(try clock(.projects, id)?.isAlive == false)
        try node.sqlite("INSERT INTO projects (id, name) VALUES (x'\(id)', 'S')")
        #expect(try clock(.projects, id)?.isAlive == true)
        #expect(try clock(.projects, id)?.deletes.isEmpty == false)
    }

    @Test("inserted and deleted in one transaction leaves nothing")
    func nothing() throws {
        try node.sqlite("BEGIN; INSERT INTO prompts (id, name) VALUES (x'\(id)', 'P'); DELETE FROM prompts; COMMIT")
        #expect(try clock(.prompts, id) == nil)
        #expect(try node.library.trash().items.isEmpty)
    }

    @Test("a deleted row that comes and goes again in one transaction is the same everywhere")
    func comesAndGoes() throws {
        _ = try node.library.create(NewPrompt(name: "p", body: "text"))
        let other = try Node("b", workspace: try node.library.status().workspace, in: scratch)
        _ = try other.replica.join(node.exported())
        _ = try node.library.delete("p")
        try node.sqlite(
            "BEGIN; INSERT INTO prompts (id, name) SELECT id, 'again' FROM deleted_prompts; DELETE FROM prompts; COMMIT"
        )
        _ = try other.library.tag("p", ["kept"])
        _ = try other.replica.join(node.exported())
        _ = try node.replica.join(other.exported())
        #expect(try node.digest == other.digest)
        #expect(try node.library.list().items.map(\.name) == ["again"])
        #expect(try node.replica.examine().isEmpty)
    }

    @Test("writes that the merge would undo, or that would lose history, are refused by the database itself")
    func refused() throws {
        _ = try node.library.create(NewPrompt(name: "p", body: "text"))
        for sql in [
            "UPDATE versions SET body = 'other'", "DELETE FROM versions",
            "REPLACE INTO versions SELECT * FROM versions", "UPDATE prompts SET id = randomblob(16)",
            "UPDATE prompts SET created_at = 5", "INSERT INTO tags (id) VALUES ('short')",
            "DELETE FROM conflicts WHERE 1; INSERT INTO conflicts (table_name) VALUES ('x'); DELETE FROM conflicts",
        ] {
            #expect(throws: ShellFailure.self, "\(sql)") { try node.sqlite(sql) }
        }
    }

    @Test("a change of a child is an edit of its prompt")
    func touch() throws {
        let prompt = try node.library.create(NewPrompt(name: "p", body: "text"))
        let before = try #require(try clock(.prompts, prompt.id))
        try node.library.tag("p", ["t"])
        let after = try #require(try clock(.prompts, prompt.id))
        #expect(after.edits != before.edits)
        #expect(after.columns == before.columns)
    }

    @Test("each transaction gets a seq without gaps and a later time, the shell's its own")
    func seals() throws {
        try node.library.tag(try node.library.create(NewPrompt(name: "p", body: "text")).name, ["one"])
        try node.sqlite("UPDATE prompts SET name = 'q'")
        try node.library.tag("q", ["two"])
        try node.replica.foldPending()
        let prompt = try #require(try node.library.list().items.first)
        let clock = try #require(try clock(.prompts, prompt.id))
        let status = try node.library.status()
        // The founding is 1, the prompt 2, the first tag 3, the shell 4, the second tag 5.
        #expect(clock.edits.entries.map(\.seq) == [5])
        #expect(clock.columns[0]?.dot == Dot(replica: status.replica, seq: 4))
    }

    @Test("triggers and tables are those of the schema dump, and the code's columns are the tables'")
    func columns() throws {
        for table in SyncedTables.shipped.all {
            try node.sqlite("SELECT id, \(table.columns.joined(separator: ", ")) FROM \(table.name)")
            let count = "SELECT count(*) FROM pragma_table_info('\(table.name)')"
            try node.sqlite(
                "SELECT CASE (\(count)) WHEN \(table.columns.count + 1) THEN 1 ELSE abs(-9223372036854775808) END")
        }
    }
}
