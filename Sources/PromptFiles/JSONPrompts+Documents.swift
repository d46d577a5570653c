internal import PromptTemplates

extension JSONPrompts {
    /// Reads a file of one object.
    static func readDocument(_ bytes: [UInt8]) throws(ReadFault) -> PromptDocument {
        let prompts = JSONPrompts(text: JSONText(bytes))
        let content = JSONPiece(bytes: bytes.withoutMark.indices, line: 1)
        guard let root = prompts.text.trimmed(content) else { throw .file(.empty) }
        return try prompts.document(of: root)
    }

    /// Whether a field is there that only a whole document has.
    func isDocument(_ members: [JSONMember]) -> Bool {
        members.contains { DocumentStyle.telling.contains($0.key) }
    }

    func wholeDocument(of record: JSONPiece) throws(ReadFault) -> PromptDocument {
        var reader = try DocumentReader(fields(of: record), style: .json)
        return try reader.document(body: nil)
    }

    private func fields(of record: JSONPiece) throws(ReadFault) -> [String: TemplateValue] {
        do throws(TemplateError) {
            guard case .object(let fields) = try TemplateValue(json: text.bytes[record.bytes]) else { return [:] }
            return fields
        } catch {
            let line = record.line + (error.place?.line ?? 1) - 1
            throw .row("line \(line): \(error.reason)")
        }
    }
}
