internal import PromptTemplates

/// The YAML templates of the command `llm`: `prompt`, `system`, `model`, `options`, `defaults` and whatever else,
/// with placeholders as Python's `string.Template` has them.
enum LLMTemplateFormat {
    static func read(_ bytes: [UInt8]) throws(ReadFault) -> PromptDocument {
        guard let text = String(validating: bytes.withoutMark, as: UTF8.self) else { throw .file(.notUTF8) }
        switch try value(of: text) {
        case .text(let prompt): return try document(["prompt": .text(prompt)])
        case .object(let fields): return try document(fields)
        case let value: throw .row("it holds \(value.kindWording); a template has a prompt or a system prompt")
        }
    }

    /// Whether a file of YAML has what only such a template has.
    static func isTemplate(_ bytes: [UInt8]) -> Bool {
        guard let text = String(validating: bytes.withoutMark, as: UTF8.self),
            case .object(let fields)? = try? value(of: text)
        else { return false }
        return ["prompt", "system"].contains { if case .text? = fields[$0] { true } else { false } }
    }

    private static func value(of text: String) throws(ReadFault) -> TemplateValue {
        do { return try YAMLReader.read(text) } catch { throw .file(error) }
    }

    private static func document(_ fields: [String: TemplateValue]) throws(ReadFault) -> PromptDocument {
        guard !TemplateValue.object(fields).hasNUL else { throw .row("it holds a NUL character; take it out") }
        var fields = FieldReader(fields, isLenient: true)
        var document = try texts(&fields)
        document.settings = try fields.object("options") ?? [:]
        if let model = fields.take("model") { document.settings["model"] = model }
        for (name, value) in try fields.object("defaults") ?? [:] {
            document.variables.append(try VariableReader.shorthand(name, value))
        }
        document.variables.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        for (key, value) in fields.rest where value != .null {
            document.metadata = document.metadata ?? [:]
            document.metadata?["llm.\(key)"] = try FieldReader.metadata(value)
        }
        return document
    }

    private static func texts(_ fields: inout FieldReader) throws(ReadFault) -> PromptDocument {
        let texts = [try fields.text("system"), try fields.text("prompt")].compactMap { $0 }
        let (format, adapted) = PythonTemplate.adapted(texts)
        guard let first = adapted.first, let last = adapted.last else {
            throw .row("a template has a prompt or a system prompt, and this has neither")
        }
        var document = adapted.count == 2 ? PromptDocument(system: first, user: last) : PromptDocument(body: first)
        document.templateFormat = format
        document.isTemplate = format != TemplateFormat.none
        return document
    }
}
