package import Changesets
internal import GRDB

extension ReadTransaction {
    package func projects() throws -> [ProjectRecord] {
        let sql = """
            SELECT id, name, description, status, created_at,
                (SELECT count(*) FROM \(seen.prompts) AS p WHERE p.project_id = j.id) AS prompts
            FROM \(seen.projects) AS j ORDER BY name, id
            """
        return try Row.fetchAll(database.keptStatement(sql)).map { row in
            ProjectRecord(
                id: try row.requiredID("id"), name: row["name"], description: row["description"],
                status: row["status"], createdAt: row["created_at"], prompts: row["prompts"])
        }
    }

    package func projects(named name: String) throws -> [RowID] {
        try ids("SELECT id FROM \(seen.projects) WHERE name = ? ORDER BY id", [name])
    }

    package func projectName(_ id: RowID) throws -> String? {
        try String.fetchOne(
            database.keptStatement("SELECT name FROM \(seen.projects) WHERE id = ?"), arguments: [id.blob])
    }

    package func promptIDs(inProject id: RowID) throws -> [RowID] {
        try ids("SELECT id FROM \(seen.prompts) WHERE project_id = ? ORDER BY id", [id.blob])
    }

    /// Users of that name: there may be several, as each machine founds its own.
    package func users(named name: String) throws -> [RowID] {
        try ids("SELECT id FROM \(seen.users) WHERE name = ? ORDER BY id", [name])
    }
}
