internal import PromptTemplates

/// Prompty files: <https://prompty.ai>, of version 1 and of version 2.
///
/// What both know goes to its own fields; every other field of theirs is metadata under `prompty.` and its name, as
/// compact JSON, and is written back to where it was. What only a document has stands under `offbook`. References
/// such as `${env:KEY}` and `${file:x.json}` are texts, and are never resolved.
enum PromptyFormat {
    static let prefix = "prompty."

    static func read(_ bytes: [UInt8]) throws(ReadFault) -> PromptDocument {
        let file = try MarkdownFormat.frontMatter(bytes)
        return try PromptyReader(file.fields ?? [:]).document(body: file.body)
    }

    static func written(_ document: PromptDocument) throws(ReadFault) -> [UInt8] {
        do {
            return try FrontMatter.written(fields(of: document), body: document.body)
        } catch {
            throw .file(error)
        }
    }

    /// The fields in prompty's own terms as far as these say the same; where they would not, `offbook` says it all.
    private static func fields(of document: PromptDocument) -> [String: TemplateValue] {
        let native = PromptyWriter(document).fields
        if let again = try? PromptyReader(native).document(body: document.body), again.isSame(as: document) {
            return native
        }
        return PromptyWriter(document).plainFields
    }
}

extension PromptDocument {
    /// Whether the other is the same down to the bytes of its texts.
    func isSame(as other: PromptDocument) -> Bool {
        let style = DocumentWriter(style: .json)
        let fields = [self, other].map { try? TemplateValue.object(style.fields(of: $0)).json() }
        guard let one = fields[0], let two = fields[1] else { return false }
        return one.hasSameBytes(as: two) && isChat == other.isChat && body.hasSameBytes(as: other.body)
    }
}
