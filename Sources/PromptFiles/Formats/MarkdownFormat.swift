internal import PromptTemplates

/// Markdown with the fields of a document in its front matter. Without front matter, all of it is the text.
enum MarkdownFormat {
    static func read(_ bytes: [UInt8]) throws(ReadFault) -> PromptDocument {
        let file = try frontMatter(bytes)
        var reader = try DocumentReader(file.fields ?? [:], style: .frontMatter)
        return try reader.document(body: file.body)
    }

    static func written(_ document: PromptDocument) throws(ReadFault) -> [UInt8] {
        var fields = DocumentWriter(style: .frontMatter).fields(of: document)
        if document.isChat { fields["chat"] = .boolean(true) }
        do {
            return try FrontMatter.written(fields, body: document.body)
        } catch {
            throw .file(error)
        }
    }

    static func frontMatter(_ bytes: [UInt8]) throws(ReadFault) -> FrontMatter {
        do { return try FrontMatter.read(bytes) } catch { throw .file(error) }
    }
}
