package import Changesets
internal import FoundationEssentials
internal import GRDB

extension ReadTransaction {
    package func groups() throws -> [GroupRecord] { try groups("true", []) }

    package func groups(named name: String) throws -> [GroupRecord] { try groups("name = ?", [name]) }

    package func groups(idLike digits: String) throws -> [GroupRecord] {
        try groups("lower(hex(id)) LIKE lower(?) || '%' OR lower(hex(id)) LIKE '%' || lower(?)", [digits, digits])
    }

    private func groups(_ condition: String, _ arguments: StatementArguments) throws -> [GroupRecord] {
        let sql = """
            SELECT id, name, description, visibility, created_at,
                (SELECT count(*) FROM group_entries AS e JOIN \(seen.prompts) AS p ON p.id = e.prompt_id
                 WHERE e.group_id = g.id) AS entries
            FROM \(seen.groups) AS g WHERE \(condition) ORDER BY name, id
            """
        return try Row.fetchAll(database.keptStatement(sql), arguments: arguments).map { row in
            GroupRecord(
                id: try row.requiredID("id"), name: row["name"], description: row["description"],
                visibility: row["visibility"], createdAt: row["created_at"], entries: row["entries"])
        }
    }

    /// A group's prompts in their order; those in the trash are left out.
    package func entries(of group: RowID) throws -> [GroupEntryRecord] {
        let sql = """
            SELECT e.id AS id, e.prompt_id AS prompt_id, p.name AS name, e.rank AS rank
            FROM group_entries AS e JOIN \(seen.prompts) AS p ON p.id = e.prompt_id
            WHERE e.group_id = ? ORDER BY e.rank, e.id
            """
        return try Row.fetchAll(database.keptStatement(sql), arguments: [group.blob]).map { row in
            GroupEntryRecord(
                id: try row.requiredID("id"), prompt: try row.requiredID("prompt_id"), promptName: row["name"],
                rank: row["rank"])
        }
    }
}
