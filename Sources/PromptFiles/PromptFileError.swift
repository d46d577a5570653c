/// Why a file as a whole cannot be read.
package enum PromptFileError: Error, Equatable, CustomStringConvertible {
    /// Nothing, or nothing but whitespace.
    case empty
    /// Neither JSON, nor JSON Lines, nor CSV with a header.
    case unknownFormat
    /// A CSV header that names no column for the prompt's name, or none for its text.
    case missingColumns(found: [String], line: Int)
    /// A CSV header that is not text.
    case unreadableHeader(line: Int, reason: String)
    /// A quoted CSV field that never ends.
    case unterminatedQuote(line: Int)
    /// JSON whose brackets, commas, colons or quotes do not fit together.
    case malformedJSON(line: Int, reason: String)
    /// JSON nested deeper than ``deepestNesting``.
    case nestedTooDeep(line: Int)

    /// How many arrays and objects may lie inside one another.
    package static let deepestNesting = 64

    /// One sentence, with the line where there is one; safe to print, whatever the file holds.
    package var description: String {
        guard let line else { return reason }
        return "line \(line): \(reason)"
    }

    /// The line, counted from 1, at which reading failed.
    package var line: Int? {
        switch self {
        case .empty, .unknownFormat: nil
        case .missingColumns(_, let line), .unreadableHeader(let line, _), .unterminatedQuote(let line),
            .malformedJSON(let line, _), .nestedTooDeep(let line):
            line
        }
    }

    /// The description without the line.
    package var reason: String {
        switch self {
        case .empty: "the file is empty; there is nothing to read"
        case .unknownFormat:
            "not a file of prompts: expected UTF-8 text that is CSV with a header line, JSON, or JSON Lines"
        case .missingColumns(let found, _): Self.missing(found)
        case .unreadableHeader(_, let reason), .malformedJSON(_, let reason): reason
        case .unterminatedQuote:
            "the quoted field that opens here never ends; close it, and double every quote inside it"
        case .nestedTooDeep: "JSON nested more than \(Self.deepestNesting) deep; no prompt needs that"
        }
    }

    private static func missing(_ found: [String]) -> String {
        let needed = [Role.name, .body].map { "one of \($0.aliases.joined(separator: ", ")) for \($0.meaning)" }
        return "the header does not name a prompt and its text; found the columns \(Wording.list(found)); "
            + "needed \(needed.joined(separator: " and "))"
    }
}

/// Why one record, or with it the whole file, cannot be read.
enum ReadFault: Error {
    case row(String)
    case file(PromptFileError)

    /// What to say where the damage cannot reach beyond the record.
    var reason: String {
        switch self {
        case .row(let reason): reason
        case .file(let error): error.reason
        }
    }
}
