internal import PromptTemplates

/// Makes a document of the fields of an object, whatever the format: JSON and front matter mean the same by them.
struct DocumentReader {
    private var fields: FieldReader
    private let style: DocumentStyle

    init(_ fields: [String: TemplateValue], style: DocumentStyle) throws(ReadFault) {
        guard !TemplateValue.object(fields).hasNUL else { throw .row("it holds a NUL character; take it out") }
        self.fields = FieldReader(fields, isLenient: style == .frontMatter)
        self.style = style
    }

    /// - Parameter body: the text below the front matter; nil where the object holds it.
    mutating func document(body: String?) throws(ReadFault) -> PromptDocument {
        var document = PromptDocument(body: body ?? "")
        try readFields(into: &document)
        document.isChat = try fields.boolean("chat") ?? false
        document.origin = try origin()
        if body == nil { try readBody(into: &document) }
        try readMetadata(into: &document)
        return document
    }

    private mutating func readFields(into document: inout PromptDocument) throws(ReadFault) {
        document.name = try fields.text("name")
        document.description = try fields.text("description")
        document.category = try fields.text("category")
        document.project = try fields.text("project")
        document.tags = try fields.tags("tags")
        document.isTemplate = try fields.boolean("is_template")
        document.templateFormat = try templateFormat()
        document.labels = try fields.textMap("labels")
        document.settings = try fields.object("settings") ?? [:]
        document.variables = try fields.take("variables").map(VariableReader.variables) ?? []
    }

    private mutating func templateFormat() throws(ReadFault) -> TemplateFormat? {
        guard let text = try fields.text(style.templateFormat) else { return nil }
        if let format = TemplateFormat(rawValue: text) { return format }
        let known = TemplateFormat.allCases.map(\.rawValue).joined(separator: ", ")
        throw fields.fault(style.templateFormat, "is \(Wording.quoted(text)); make it one of \(known)")
    }

    private mutating func origin() throws(ReadFault) -> PromptDocument.Origin? {
        guard let members = try fields.object("offbook"), !members.isEmpty else { return nil }
        var reader = FieldReader(members, isLenient: false, owner: "offbook")
        guard let prompt = try reader.text("id"), let version = try reader.text("version") else {
            throw fields.fault("offbook", "needs an id and a version; take it out for a prompt that is new")
        }
        let base = try reader.textMap("base") ?? [:]
        return PromptDocument.Origin(promptID: prompt, versionID: version, fieldBase: base)
    }

    /// Everything that nobody else took, under its own name. Where `metadata` has that name too, both are kept.
    private mutating func readMetadata(into document: inout PromptDocument) throws(ReadFault) {
        document.metadata = try fields.textMap("metadata")
        for (key, value) in fields.rest.sorted(by: { $0.key < $1.key }) where value != .null {
            var name = key
            while document.metadata?[name] != nil { name += " (2)" }
            document.metadata = document.metadata ?? [:]
            document.metadata?[name] = try FieldReader.metadata(value)
        }
    }
}

extension DocumentReader {
    /// The text of a JSON object, which may go by other names in a list of prompts.
    private mutating func readBody(into document: inout PromptDocument) throws(ReadFault) {
        if let messages = fields.take("messages") {
            document.isChat = true
            document.body = ChatText.text(try MessageFields.messages(messages))
        } else if let body = try alias(of: .body) {
            document.body = body
        } else {
            throw .row("no field for the text; add one called body, or messages")
        }
        if document.name == nil { document.name = try alias(of: .name) }
    }

    private mutating func alias(of role: Role) throws(ReadFault) -> String? {
        let own = role == .body ? ["body"] : []
        for key in own + role.aliases {
            if let text = try fields.text(key) { return text }
        }
        return nil
    }
}

/// Messages as every API has them.
enum MessageFields {
    static func messages(_ value: TemplateValue) throws(ReadFault) -> [ChatMessage] {
        guard case .list(let elements) = value else { throw fault("is \(value.kindWording)") }
        guard elements.count <= ChatText.messagesMax else { throw .row(ChatTextError.tooManyMessages.description) }
        var messages: [ChatMessage] = []
        for element in elements { messages.append(try message(element)) }
        return messages
    }

    private static func message(_ value: TemplateValue) throws(ReadFault) -> ChatMessage {
        guard case .object(let members) = value else { throw fault("holds \(value.kindWording)") }
        var reader = FieldReader(members, isLenient: false, owner: "messages")
        guard let role = try reader.text("role"), let content = try reader.text("content") else {
            throw fault("holds one without a role or without a content")
        }
        guard reader.rest.isEmpty else {
            throw fault("holds one with \(Wording.list(reader.rest.keys.sorted())), which can't be kept")
        }
        guard let known = ChatMessage.Role(rawValue: role.asciiLowercased) else {
            throw fault("holds one of the role \(Wording.quoted(role)), which nobody has")
        }
        return ChatMessage(role: known, content: content)
    }

    private static func fault(_ reason: String) -> ReadFault {
        .row(#""messages" \#(reason); make it a list of {"role": …, "content": …}"#)
    }

    static func value(_ messages: [ChatMessage]) -> TemplateValue {
        .list(messages.map { .object(["role": .text($0.role.rawValue), "content": .text($0.content)]) })
    }
}
