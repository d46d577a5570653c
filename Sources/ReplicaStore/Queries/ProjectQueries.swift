package import Changesets
internal import GRDB

extension ReadTransaction {
    package func projects() throws -> [ProjectRecord] {
        let sql = """
            SELECT id, name, description, status,
                (SELECT count(*) FROM prompts AS p WHERE p.project_id = j.id) AS prompts
            FROM projects AS j ORDER BY name, id
            """
        return try Row.fetchAll(database.cachedStatement(sql: sql)).map { row in
            ProjectRecord(
                id: try row.requiredID("id"), name: row["name"], description: row["description"],
                status: row["status"], prompts: row["prompts"])
        }
    }

    package func projects(named name: String) throws -> [RowID] {
        try ids("SELECT id FROM projects WHERE name = ? ORDER BY id", [name])
    }

    package func projectName(_ id: RowID) throws -> String? {
        try String.fetchOne(
            database.cachedStatement(sql: "SELECT name FROM projects WHERE id = ?"), arguments: [id.blob])
    }

    package func promptIDs(inProject id: RowID) throws -> [RowID] {
        try ids("SELECT id FROM prompts WHERE project_id = ? ORDER BY id", [id.blob])
    }

    /// Users of that name: there may be several, as each machine founds its own.
    package func users(named name: String) throws -> [RowID] {
        try ids("SELECT id FROM users WHERE name = ? ORDER BY id", [name])
    }
}
