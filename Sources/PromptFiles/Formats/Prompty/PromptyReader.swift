internal import PromptTemplates

/// Makes a document of the front matter of a prompty file.
struct PromptyReader {
    var fields: FieldReader
    var document = PromptDocument(body: "")
    /// What nothing here has a place for, by the names of the file's fields.
    var leftovers: [String: TemplateValue] = [:]

    init(_ fields: [String: TemplateValue]) throws(ReadFault) {
        guard !TemplateValue.object(fields).hasNUL else { throw .row("it holds a NUL character; take it out") }
        self.fields = FieldReader(fields, isLenient: true)
    }

    consuming func document(body: String) throws(ReadFault) -> PromptDocument {
        document.body = body
        document.name = try fields.text("name")
        document.description = try fields.text("description")
        document.tags = try fields.tags("tags") ?? tagsOfVersion2()
        try readModel()
        try readInputs()
        try readTemplate()
        let own = fields.take("offbook")
        keepRest()
        return try PromptyExtras.apply(own, to: document)
    }

    /// Version 2 has tags among its metadata; there they stay as well.
    private func tagsOfVersion2() -> [String]? {
        guard case .object(let metadata)? = fields.rest["metadata"], case .list(let elements)? = metadata["tags"] else {
            return nil
        }
        let tags = elements.compactMap { if case .text(let tag) = $0 { tag } else { nil } }
        return tags.count == elements.count ? tags : nil
    }

    private mutating func readTemplate() throws(ReadFault) {
        guard let value = fields.take("template") else { return }
        if Self.isMustache(value) { document.templateFormat = .mustache } else { leftovers["template"] = value }
    }

    /// `mustache`, or an object of that format and of prompty's own parser.
    private static func isMustache(_ value: TemplateValue) -> Bool {
        switch value {
        case .text(let name): return name == "mustache"
        case .object(var members):
            let format = members.removeValue(forKey: "format") ?? members.removeValue(forKey: "type")
            let parser = members.removeValue(forKey: "parser") ?? .text("prompty")
            return members.isEmpty && isKind(format, "mustache") && isKind(parser, "prompty")
        default: return false
        }
    }

    private static func isKind(_ value: TemplateValue?, _ name: String) -> Bool {
        value == .text(name) || value == .object(["kind": .text(name)])
    }

    private mutating func keepRest() {
        for (key, value) in fields.rest where value != .null { leftovers[key] = value }
        guard !leftovers.isEmpty else { return }
        // Read within the same bounds, it can be written.
        let texts = leftovers.compactMap { key, value in
            (try? value.json()).map { ("\(PromptyFormat.prefix)\(key)", $0) }
        }
        document.metadata = Dictionary(texts) { first, _ in first }
    }
}

extension PromptyReader {
    /// `model` is an object of many names: `configuration`, `parameters` and `api` in version 1, `connection`,
    /// `provider`, `options` and `apiType` in version 2.
    private mutating func readModel() throws(ReadFault) {
        document.isChat = true
        guard let value = fields.take("model") else { return }
        if case .text = value { return document.settings["model"] = value }
        guard case .object(let members) = value else { throw fields.fault("model", "is \(value.kindWording)") }
        var model = FieldReader(members, isLenient: true, owner: "model")
        if let id = model.take("id") ?? model.take("name") { document.settings["model"] = id }
        for key in PromptyModel.kept { document.settings[key] = model.take(key) }
        for key in PromptyModel.parameters { try readParameters(key, &model) }
        readAPI(&model)
        if !model.rest.isEmpty { leftovers["model"] = .object(model.rest) }
    }

    /// What a name already taken says otherwise is kept beside it.
    private mutating func readParameters(_ key: String, _ model: inout FieldReader) throws(ReadFault) {
        var others: [String: TemplateValue] = [:]
        for (name, value) in try model.object(key) ?? [:] {
            if document.settings[name] == nil { document.settings[name] = value } else { others[name] = value }
        }
        if !others.isEmpty { leftovers["model.\(key)"] = .object(others) }
    }

    private mutating func readAPI(_ model: inout FieldReader) {
        for key in PromptyModel.apis {
            guard case .text(let api)? = model.rest[key] else { continue }
            document.isChat = PromptyModel.chats.contains(api)
            // What says no more than chat or text is written back in any case.
            if api == "chat" || api == "completion" { _ = model.take(key) }
            return
        }
    }
}

/// The names in the object `model`.
enum PromptyModel {
    static let kept = ["configuration", "connection", "provider"]
    static let parameters = ["parameters", "options"]
    static let apis = ["api", "apiType"]
    /// The interfaces that take messages.
    static let chats: Set<String> = ["chat", "responses"]
}
