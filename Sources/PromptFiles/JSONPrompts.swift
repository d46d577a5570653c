/// Prompts out of JSON and JSON Lines.
struct JSONPrompts {
    let text: JSONText

    static func read(_ bytes: [UInt8]) throws(PromptFileError) -> PromptFile {
        do throws(ReadFault) {
            return try JSONPrompts(text: JSONText(bytes)).readWhole()
        } catch .file(let error) {
            throw error
        } catch {
            throw .malformedJSON(line: 1, reason: error.reason)
        }
    }

    /// A line that is no object costs that line alone.
    static func readLines(_ bytes: [UInt8]) -> PromptFile {
        let prompts = JSONPrompts(text: JSONText(bytes))
        var file = PromptFile(format: .jsonl)
        var lines = JSONLines(bytes)
        while let line = lines.next() {
            guard let record = prompts.text.trimmed(line) else { continue }
            do throws(ReadFault) {
                file.documents.append(PlacedDocument(try prompts.namedDocument(of: record), line: record.line))
            } catch {
                file.rejected.append(RejectedRow(line: record.line, reason: error.reason))
            }
        }
        return file
    }

    /// Whether the first line that is not blank is an object by itself, and not the last such line.
    static func looksLikeLines(_ bytes: [UInt8]) -> Bool {
        let text = JSONText(bytes)
        var lines = JSONLines(bytes)
        var isAfterObject = false
        while let line = lines.next() {
            guard let record = text.trimmed(line) else { continue }
            if isAfterObject { return true }
            guard text.first(of: record) == ASCII.openBrace, (try? text.members(of: record)) != nil else {
                return false
            }
            isAfterObject = true
        }
        return false
    }

    private func readWhole() throws(ReadFault) -> PromptFile {
        let content = JSONPiece(bytes: text.bytes.withoutMark.indices, line: 1)
        guard let root = text.trimmed(content) else { throw .file(.empty) }
        switch text.first(of: root) {
        case ASCII.openBracket: return try readList(root)
        case ASCII.openBrace: return try readObject(root)
        default:
            throw .file(.malformedJSON(line: root.line, reason: "expected an array of prompts, or an object"))
        }
    }

    private func readList(_ list: JSONPiece, ignoring names: [String] = []) throws(ReadFault) -> PromptFile {
        var file = PromptFile(format: .json, ignored: names)
        for record in try text.elements(of: list) {
            try add(record, to: &file) { (record) throws(ReadFault) in try namedDocument(of: record) }
        }
        return file
    }

    /// An object is one prompt, unless it holds a list of them and is none itself.
    private func readObject(_ object: JSONPiece) throws(ReadFault) -> PromptFile {
        let members = try text.members(of: object)
        if !isDocument(members), !Columns(names: members.map(\.key)).nameAPrompt, let index = list(in: members) {
            let others = members.indices.filter { $0 != index }.map { members[$0].key }
            return try readList(members[index].value, ignoring: others)
        }
        var file = PromptFile(format: .json)
        try add(object, to: &file) { (record) throws(ReadFault) in try document(of: record) }
        return file
    }

    private func list(in members: [JSONMember]) -> Int? {
        for name in ["prompts", "items"] {
            let index = members.firstIndex {
                $0.key.asciiLowercased.hasSameBytes(as: name) && text.first(of: $0.value) == ASCII.openBracket
            }
            if let index { return index }
        }
        return nil
    }

    private func add(
        _ record: JSONPiece, to file: inout PromptFile, _ read: (JSONPiece) throws(ReadFault) -> PromptDocument
    ) throws(ReadFault) {
        do throws(ReadFault) {
            file.documents.append(PlacedDocument(try read(record), line: record.line))
        } catch .row(let reason) {
            file.rejected.append(RejectedRow(line: record.line, reason: reason))
        } catch {
            throw error
        }
    }

    /// Among others a prompt needs a name; alone, it may have its file's.
    private func namedDocument(of record: JSONPiece) throws(ReadFault) -> PromptDocument {
        let document = try document(of: record)
        guard document.name != nil else { throw .row("no field for the name; add one called name") }
        return document
    }

    func document(of record: JSONPiece) throws(ReadFault) -> PromptDocument {
        guard text.first(of: record) == ASCII.openBrace else {
            throw .row("not a JSON object; write each prompt as {\"name\": …, \"prompt\": …}")
        }
        let members = try text.members(of: record)
        if isDocument(members) { return try wholeDocument(of: record) }
        var names: [String] = []
        var values: [FieldValue] = []
        for member in members {
            guard let value = try value(of: member) else { continue }
            names.append(member.key)
            values.append(value)
        }
        return try RecordBuilder(columns: Columns(names: names), values: values).document()
    }

    /// The value of a field; nil for null, which says the same as no field at all.
    private func value(of member: JSONMember) throws(ReadFault) -> FieldValue? {
        let name = Wording.quoted(member.key)
        try refuseNUL(member.key, named: "a field's name")
        switch text.first(of: member.value) {
        case ASCII.quote:
            let string = try text.string(member.value, named: name)
            try refuseNUL(string, named: name)
            return .text(string)
        case ASCII.openBracket: return try array(member.value, named: name)
        case ASCII.openBrace: return .other(try text.compact(member.value, named: name), kind: "an object")
        default: return scalar(try text.scalar(member.value, named: name))
        }
    }

    private func scalar(_ text: String) -> FieldValue? {
        switch text {
        case "null": nil
        case "true", "false": .other(text, kind: "a boolean")
        default: .other(text, kind: "a number")
        }
    }

    private func array(_ piece: JSONPiece, named name: String) throws(ReadFault) -> FieldValue {
        let json = try text.compact(piece, named: name)
        let elements = try text.elements(of: piece)
        guard elements.allSatisfy({ text.first(of: $0) == ASCII.quote }) else {
            return .other(json, kind: "an array of more than strings")
        }
        var strings: [String] = []
        for element in elements { strings.append(try text.string(element, named: name)) }
        for string in strings { try refuseNUL(string, named: name) }
        return .list(strings, json: json)
    }

    private func refuseNUL(_ string: String, named name: String) throws(ReadFault) {
        if string.utf8.contains(ASCII.nul) { throw .row("\(name) holds a NUL character (\\u0000); take it out") }
    }
}
