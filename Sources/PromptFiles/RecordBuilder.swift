/// One value of a record, whatever the format.
enum FieldValue {
    case text(String)
    /// An array of nothing but strings, and its JSON.
    case list([String], json: String)
    /// Any other value, as text, and what to call it.
    case other(String, kind: String)

    var text: String {
        switch self {
        case .text(let text), .list(_, let text), .other(let text, _): text
        }
    }

    var kind: String {
        switch self {
        case .text: "a string"
        case .list: "an array"
        case .other(_, let kind): kind
        }
    }
}

/// Makes a document of the values of one record: as many values as there are columns.
struct RecordBuilder {
    private static let forDevs = "for-devs"

    let columns: Columns
    let values: [FieldValue]

    /// A document that says nothing by what is empty.
    func document() throws(ReadFault) -> PromptDocument {
        let name = try required(.name) { $0.trimmedASCII }
        var document = PromptDocument(body: try required(.body) { $0 })
        let (category, categoryIsKind) = try category()
        let (tags, marked) = try tags()
        let consumed = [categoryIsKind ? columns[.kind] : nil, marked ? columns[.forDevs] : nil]
        let metadata = metadata(without: consumed)
        document.name = name
        document.description = try string(.description).nonEmpty
        document.category = category
        document.tags = tags.isEmpty ? nil : tags
        document.metadata = metadata.isEmpty ? nil : metadata
        return document
    }

    private func value(_ role: Role) -> FieldValue? {
        guard let index = columns[role], values.indices.contains(index) else { return nil }
        return values[index]
    }

    private func required(_ role: Role, _ clean: (String) -> String) throws(ReadFault) -> String {
        guard let text = try string(role) else {
            throw .row("no field for \(role.meaning); add one called \(role.aliases.joined(separator: ", or "))")
        }
        let cleaned = clean(text)
        guard !cleaned.isEmpty else { throw .row("\(role.meaning) (\(label(role))) is empty; fill it in") }
        return cleaned
    }

    private func string(_ role: Role) throws(ReadFault) -> String? {
        switch value(role) {
        case nil: return nil
        case .text(let text): return text
        case let value?:
            throw .row("\(role.meaning) (\(label(role))) is \(value.kind) where a string is needed; put it in quotes")
        }
    }

    /// The category, and whether it came from the column `type`.
    private func category() throws(ReadFault) -> (String?, Bool) {
        if let category = try string(.category) { return (category.nonEmpty, false) }
        guard case .text(let kind) = value(.kind), !kind.isEmpty else { return (nil, false) }
        return (kind.lowercased(), true)
    }

    /// The tags, and whether the mark for developers said yes or no: anything else it says is metadata.
    private func tags() throws(ReadFault) -> ([String], Bool) {
        let own = try listedTags()
        switch value(.forDevs)?.text.trimmedASCII.asciiLowercased {
        case "true": return (Tags.clean(own + [Self.forDevs]), true)
        case "false": return (Tags.clean(own), true)
        default: return (Tags.clean(own), false)
        }
    }

    private func listedTags() throws(ReadFault) -> [String] {
        switch value(.tags) {
        case nil: return []
        case .text(let text): return Tags.split(text)
        case .list(let tags, _): return tags
        case .other(_, let kind):
            throw .row("\(label(.tags)) is \(kind); make it an array of strings, or one string with commas")
        }
    }

    private func metadata(without consumed: [Int?]) -> [String: String] {
        var metadata: [String: String] = [:]
        for (index, key) in columns.extras where !consumed.contains(index) && values.indices.contains(index) {
            metadata[key] = values[index].text.nonEmpty
        }
        return metadata
    }

    private func label(_ role: Role) -> String { columns[role].map { Wording.quoted(columns.names[$0]) } ?? "" }
}

/// How tags are written.
enum Tags {
    /// The tags of one string, at its commas and semicolons.
    static func split(_ text: String) -> [String] {
        text.utf8.split { $0 == ASCII.comma || $0 == ASCII.semicolon }.map { String(Substring($0)) }
    }

    /// Trimmed, without empty ones and without those whose bytes came before.
    static func clean(_ tags: [String]) -> [String] {
        var seen: Set<[UInt8]> = []
        return tags.map(\.trimmedASCII).filter { !$0.isEmpty && seen.insert(Array($0.utf8)).inserted }
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}

extension String? {
    var nonEmpty: String? { flatMap(\.nonEmpty) }
}
