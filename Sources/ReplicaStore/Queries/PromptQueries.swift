package import Changesets
internal import FoundationEssentials
internal import GRDB

extension ReadTransaction {
    private static let promptColumns = """
        id, name, description, category, status, visibility, is_template, template_format, project_id, archived_at, created_at,
        created_by
        """

    package func prompt(_ id: RowID) throws -> PromptRecord? {
        try prompts("SELECT \(Self.promptColumns) FROM \(seen.prompts) WHERE id = ?", [id.blob]).first
    }

    package func prompts(named name: String) throws -> [PromptRecord] {
        try prompts("SELECT \(Self.promptColumns) FROM \(seen.prompts) WHERE name = ? ORDER BY id", [name])
    }

    /// Prompts whose id's hexadecimal digits begin or end with these.
    package func prompts(idLike digits: String) throws -> [PromptRecord] {
        // Of a whole id there is one at most, and no need to read all.
        if let id = RowID(hex: digits) { return [try prompt(id)].compactMap { $0 } }
        return try prompts(Self.idLike(seen.prompts), [digits, digits])
    }

    /// Prompts in the trash.
    package func deletedPrompts() throws -> [PromptRecord] {
        try prompts("\(fromTrash) ORDER BY name, id", [])
    }

    package func deletedPrompt(_ id: RowID) throws -> PromptRecord? {
        try prompts("\(fromTrash) AND id = ?", [id.blob]).first
    }

    package func deletedPrompts(named name: String) throws -> [PromptRecord] {
        try prompts("\(fromTrash) AND name = ? ORDER BY id", [name])
    }

    package func deletedPrompts(idLike digits: String) throws -> [PromptRecord] {
        try prompts(Self.idLike("(\(fromTrash))"), [digits, digits])
    }

    private var fromTrash: String {
        """
        SELECT \(Self.promptColumns) FROM \(seen.deletedPrompts) WHERE id NOT IN (SELECT id FROM prompts)
        """
    }

    private static func idLike(_ source: String) -> String {
        """
        SELECT \(promptColumns) FROM \(source)
        WHERE lower(hex(id)) LIKE lower(?) || '%' OR lower(hex(id)) LIKE '%' || lower(?) ORDER BY id
        """
    }

    private func prompts(_ sql: String, _ arguments: StatementArguments) throws -> [PromptRecord] {
        try Array(Row.fetchCursor(database.keptStatement(sql), arguments: arguments).map(Self.prompt))
    }

    /// - Parameter row: with the columns of prompts first. A column is asked for by its place: looking up its name in
    ///   each row was a third of a long list.
    static func prompt(_ row: Row) throws -> PromptRecord {
        try PromptRecord(
            id: row.requiredID(0), name: row[1], description: row[2], category: row[3], status: row[4],
            visibility: row[5], isTemplate: row[6], templateFormat: row[7], project: row.id(8), archivedAt: row[9],
            createdAt: row[10], createdBy: row.id(11))
    }

    private static let promptColumnCount = promptColumns.split(separator: ",").count

    /// A page of the prompts.
    package func promptSummaries(
        _ filter: PromptFilter, by order: PromptOrder = PromptOrder(), user: RowID, limit: Int, offset: Int
    ) throws -> [PromptSummary] {
        let (condition, arguments) = filter.condition
        let sql = """
            SELECT \(Self.columns(of: "p")), v.created_at,
                (SELECT count(*) FROM tips WHERE prompt_id = p.id AND branch = 'main'), v.id, v.generation, j.name,
                (SELECT group_concat(tag, char(31)) FROM tags WHERE prompt_id = p.id),
                EXISTS (SELECT 1 FROM favourites WHERE prompt_id = p.id AND user_id = ?)
            FROM (SELECT \(Self.promptColumns), \(order.expression(seen)) AS sort_key
                FROM \(seen.prompts) AS prompts WHERE \(condition) ORDER BY \(order.clause()) LIMIT ? OFFSET ?) AS p
            LEFT JOIN versions AS v ON v.id =
                (SELECT max(version_id) FROM tips WHERE prompt_id = p.id AND branch = 'main')
            LEFT JOIN \(seen.projects) AS j ON j.id = p.project_id
            ORDER BY \(order.clause("p."))
            """
        return try Array(
            Row.fetchCursor(database.keptStatement(sql), arguments: [user.blob] + arguments + [limit, offset])
                .map(Self.summary))
    }

    /// How many pass.
    package func promptCount(_ filter: PromptFilter) throws -> Int {
        let (condition, arguments) = filter.condition
        return try Int.fetchOne(
            database.keptStatement("SELECT count(*) FROM \(seen.prompts) AS prompts WHERE \(condition)"),
            arguments: arguments)
            ?? 0
    }

    static func columns(of table: String) -> String {
        promptColumns.split(separator: ",").map { "\(table).\($0.filter { !$0.isWhitespace })" }.joined(separator: ", ")
    }

    private static func summary(_ row: Row) throws -> PromptSummary {
        let first = promptColumnCount
        // A tag may be there twice, when somebody made a row of it in the shell.
        let tags = (row[first + 5] as String?)?.split(separator: "\u{1F}").map { String($0) } ?? []
        return try PromptSummary(
            prompt: prompt(row), tags: Set(tags).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
            tips: row[first + 1], version: row.id(first + 2), generation: row[first + 3],
            projectName: row[first + 4], isFavourite: row[first + 6], editedAt: row[first])
    }

    package func tags(of prompt: RowID) throws -> [String] {
        try String.fetchAll(
            database.keptStatement("SELECT DISTINCT tag FROM tags WHERE prompt_id = ? ORDER BY tag"),
            arguments: [prompt.blob])
    }

    /// Ids of the tag rows: a row made in the shell has not the id that its tag would give.
    package func tagRows(of prompt: RowID, tag: String) throws -> [RowID] {
        try ids("SELECT id FROM tags WHERE prompt_id = ? AND tag = ?", [prompt.blob, tag])
    }

    package func favouriteRows(of prompt: RowID, user: RowID) throws -> [RowID] {
        try ids("SELECT id FROM favourites WHERE prompt_id = ? AND user_id = ?", [prompt.blob, user.blob])
    }

    package func metadata(of prompt: RowID) throws -> [String: String] {
        let rows = try Row.fetchAll(
            database.keptStatement("SELECT key, value FROM metadata WHERE prompt_id = ? ORDER BY id"),
            arguments: [prompt.blob])
        return Dictionary(rows.map { ($0[0], $0[1]) }, uniquingKeysWith: { first, _ in first })
    }

    package func metadataRows(of prompt: RowID, key: String) throws -> [RowID] {
        try ids("SELECT id FROM metadata WHERE prompt_id = ? AND key = ?", [prompt.blob, key])
    }

    func ids(_ sql: String, _ arguments: StatementArguments) throws -> [RowID] {
        try Data.fetchAll(database.keptStatement(sql), arguments: arguments).compactMap { RowID($0) }
    }
}
