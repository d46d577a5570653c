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
    /// JSON or YAML nested deeper than ``deepestNesting``.
    case nestedTooDeep(line: Int)
    /// YAML that is none, or has what is not read: anchors, aliases, tags and keys given twice.
    case malformedYAML(line: Int, reason: String)
    /// Front matter that is never closed.
    case openFrontMatter
    /// A file of one prompt whose fields are not what they should be.
    case malformedDocument(reason: String)
    /// Bytes that are not text.
    case notUTF8
    /// A file larger than one may be, in bytes.
    case tooLarge(limit: Int)
    /// A folder of more files than it may have.
    case tooManyFiles(limit: Int)
    /// A folder that cannot be listed.
    case unreadable(path: String, reason: String)
    /// A format that is only read.
    case notWritable(PromptDocumentFormat)

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
        case .empty, .unknownFormat, .malformedDocument, .notUTF8, .tooLarge, .tooManyFiles, .unreadable, .notWritable:
            nil
        case .missingColumns(_, let line), .unreadableHeader(let line, _), .unterminatedQuote(let line),
            .malformedJSON(let line, _), .nestedTooDeep(let line), .malformedYAML(let line, _):
            line
        case .openFrontMatter: 1
        }
    }

    /// The description without the line.
    package var reason: String {
        switch self {
        case .empty: "the file is empty; there is nothing to read"
        case .unknownFormat:
            "not a file of prompts: expected UTF-8 text that is CSV with a header line, JSON, or JSON Lines"
        case .missingColumns(let found, _): Self.missing(found)
        case .unreadableHeader(_, let reason), .malformedJSON(_, let reason), .malformedYAML(_, let reason),
            .malformedDocument(let reason):
            reason
        case .unterminatedQuote:
            "the quoted field that opens here never ends; close it, and double every quote inside it"
        case .nestedTooDeep: "nested more than \(Self.deepestNesting) deep; no prompt needs that"
        case .openFrontMatter: "the front matter that opens here never ends; close it with a line of ---"
        case .notUTF8: "it is not valid UTF-8; save it as UTF-8"
        case .tooLarge(let limit): "it has more than \(limit) bytes; a file of one prompt may have no more"
        case .tooManyFiles(let limit): "the folder has more than \(limit) files; read it in parts"
        case .unreadable(let path, let reason): "\(Wording.quoted(path)) can't be read: \(reason)"
        case .notWritable(let format): "\(format.rawValue) is only read; write markdown, prompty or json"
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
