internal import GRDB

/// A name, and what to say beside it.
package struct NamedThing: Hashable, Sendable {
    package var name: String
    package var note: String

    package init(_ name: String, _ note: String = "") {
        self.name = name
        self.note = note
    }
}

/// Names that begin with something. Each query reads an index as far as its limit, and costs the same
/// in a library of a hundred prompts and of a hundred thousand; those over tags, groups, projects and
/// categories read all of them, as there are few.
extension ReadTransaction {
    /// Names of prompts by their bytes, each once. Of more than `limit` the last is among them too, so
    /// that what all of them begin with can be told from these.
    package func promptNames(startingWith start: String, archived: Bool, limit: Int) throws -> [NamedThing] {
        let prompts = "\(seen.prompts) WHERE archived_at IS \(archived ? "NOT " : "")NULL"
        let found = try range(in: "\(prompts) AND", start, "ORDER BY name LIMIT \(limit)")
        guard found.count == limit,
            let last = try range(in: "\(prompts) AND", start, "ORDER BY name DESC LIMIT 1").first
        else { return found }
        return found.contains(last) ? found : found + [last]
    }

    /// The same, letters of any case, where these are ASCII.
    package func promptNames(like start: String, limit: Int) throws -> [NamedThing] {
        try things(
            "SELECT name, min(description) FROM \(seen.prompts) WHERE name LIKE ? ESCAPE '\\' GROUP BY name ORDER BY name LIMIT ?",
            [Self.pattern(start), limit])
    }

    /// For looking through all of them.
    package func allPromptNames(most: Int) throws -> [String] {
        try String.fetchAll(
            database.keptStatement("SELECT DISTINCT name FROM \(seen.prompts) ORDER BY name LIMIT ?"), arguments: [most]
        )
    }

    package func deletedPromptNames(startingWith start: String, limit: Int) throws -> [NamedThing] {
        try range(
            in: "\(seen.deletedPrompts) WHERE id NOT IN (SELECT id FROM prompts) AND", start,
            "ORDER BY name LIMIT \(limit)")
    }

    private func range(in source: String, _ start: String, _ order: String) throws -> [NamedThing] {
        try things(
            "SELECT name, min(description) FROM \(source) name >= ? AND name < ? GROUP BY name \(order)",
            [start, start + "\u{10FFFF}"])
    }

    private static func pattern(_ start: String) -> String {
        var pattern = ""
        for character in start {
            if ["%", "_", "\\"].contains(character) { pattern.append("\\") }
            pattern.append(character)
        }
        return pattern + "%"
    }

    package func groupNames() throws -> [NamedThing] {
        try things("SELECT name, description FROM \(seen.groups) ORDER BY name", [])
    }

    package func projectNames() throws -> [NamedThing] {
        try things("SELECT DISTINCT name, description FROM \(seen.projects) ORDER BY name", [])
    }

    package func userNames() throws -> [NamedThing] {
        try things("SELECT DISTINCT name, '' FROM \(seen.users) ORDER BY name", [])
    }

    /// With the number of prompts that carry it.
    package func tagNames() throws -> [NamedThing] { try counted("tag", in: children("tags")) }

    /// With the number of prompts of it.
    package func categoryNames() throws -> [NamedThing] { try counted("category", in: seen.prompts) }

    /// With the number of prompts that have it.
    package func labelNames() throws -> [NamedThing] { try counted("label", in: children("labels")) }

    /// Those of prompts that are seen.
    private func children(_ table: String) -> String {
        seen.isEverything
            ? table : "(SELECT * FROM \(table) WHERE prompt_id IN (SELECT id FROM \(seen.prompts)))"
    }

    private func counted(_ column: String, in table: String) throws -> [NamedThing] {
        try things(
            """
            SELECT \(column), count(*) || CASE count(*) WHEN 1 THEN ' prompt' ELSE ' prompts' END FROM \(table)
            WHERE \(column) <> '' GROUP BY \(column) ORDER BY \(column)
            """, [])
    }

    private func things(_ sql: String, _ arguments: StatementArguments) throws -> [NamedThing] {
        try Row.fetchAll(database.keptStatement(sql), arguments: arguments).map { NamedThing($0[0], $0[1] ?? "") }
    }
}
