internal import Changesets
internal import FoundationEssentials
internal import GRDB

/// What people type into a search box, as FTS5 takes it: every word must be there, the last one may
/// be the beginning of a word, and quotes hold words together.
struct SearchQuery {
    /// Nil where there is nothing to search for.
    let expression: String?

    init(_ text: String) {
        let parts = Self.parts(text)
        let terms = parts.enumerated().compactMap { place, part in
            Self.term(part.text, isPrefix: !part.isQuoted && place == parts.count - 1)
        }
        expression = terms.isEmpty ? nil : terms.joined(separator: " AND ")
    }

    private struct Part {
        var text: String
        var isQuoted: Bool
    }

    private static func parts(_ text: String) -> [Part] {
        text.split(separator: "\"", omittingEmptySubsequences: false).enumerated().flatMap { place, piece in
            place.isMultiple(of: 2)
                ? piece.split(whereSeparator: \.isWhitespace).map { Part(text: String($0), isQuoted: false) }
                : [Part(text: String(piece), isQuoted: true)]
        }
    }

    private static func term(_ text: String, isPrefix: Bool) -> String? {
        let words = TextSegmentation.queried(text)
        // A part of punctuation only would be an empty phrase, which matches nothing.
        guard words.unicodeScalars.contains(where: isSearched) else { return nil }
        let scalars = text.unicodeScalars
        // Who types “c++” has ended the word.
        let isPrefix = isPrefix && scalars.last.map(isSearched) ?? false
        let isSingle = scalars.count == 1 && scalars.allSatisfy(TextSegmentation.isUnspaced)
        return "\"\(words.filter { $0 != "\0" })\"" + (isPrefix || isSingle ? "*" : "")
    }

    private static func isSearched(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .enclosingMark, .privateUse, .otherSymbol:
            true
        default: false
        }
    }
}

extension ReadTransaction {
    /// How much a word counts by where it stands: name, description, tags, body.
    private static let weights = "10.0, 4.0, 4.0, 1.0"

    /// Prompts that match, best first. The index must be up to date.
    package func searchPrompts(
        _ text: String, _ filter: PromptFilter, limit: Int, offset: Int
    ) throws -> [PromptRecord] {
        guard let expression = SearchQuery(text).expression else { return [] }
        let (condition, arguments) = filter.condition
        let sql = """
            SELECT \(Self.columns(of: "p")) FROM search_index AS i
            JOIN search_documents AS d ON d.n = i.rowid
            JOIN \(seen.prompts) AS p ON p.id = d.prompt_id
            WHERE search_index MATCH ? AND \(passing("p.id", condition))
            ORDER BY bm25(search_index, \(Self.weights)), p.name, p.id LIMIT ? OFFSET ?
            """
        return try Row.fetchAll(
            database.keptStatement(sql), arguments: [expression] + arguments + [limit, offset]
        )
        .map(Self.prompt)
    }

    /// Of each that matches, and not `IN` those that pass: SQLite would make a list of all of them first, and a search
    /// would grow with the library whatever it finds.
    private func passing(_ id: String, _ condition: String) -> String {
        "EXISTS (SELECT 1 FROM \(seen.prompts) AS prompts WHERE prompts.id = \(id) AND (\(condition)))"
    }

    /// How many match.
    package func searchCount(_ text: String, _ filter: PromptFilter) throws -> Int {
        guard let expression = SearchQuery(text).expression else { return 0 }
        let (condition, arguments) = filter.condition
        let sql = """
            SELECT count(*) FROM search_index AS i JOIN search_documents AS d ON d.n = i.rowid
            WHERE search_index MATCH ? AND \(passing("d.prompt_id", condition))
            """
        return try Int.fetchOne(database.keptStatement(sql), arguments: [expression] + arguments) ?? 0
    }
}
