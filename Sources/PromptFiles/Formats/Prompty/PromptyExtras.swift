internal import PromptTemplates

/// The object `offbook` in a prompty file: where the prompt comes from, and what prompty has no place for.
enum PromptyExtras {
    /// What is in it overrules the rest of the file; metadata comes to it.
    static func apply(_ value: TemplateValue?, to native: PromptDocument) throws(ReadFault) -> PromptDocument {
        guard let value else { return native }
        guard case .object(var members) = value else { throw .row("\"offbook\" is \(value.kindWording)") }
        let origin = members.filter { ["id", "version", "base"].contains($0.key) }
        for key in origin.keys { members[key] = nil }
        if !origin.isEmpty { members["offbook"] = .object(origin) }
        var reader = try DocumentReader(members, style: .frontMatter)
        let own = try reader.document(body: native.body)
        return overruled(native, by: own, saying: Set(members.keys))
    }

    private static func overruled(
        _ native: PromptDocument, by own: PromptDocument, saying keys: Set<String>
    ) -> PromptDocument {
        var document = native
        document.name = own.name ?? native.name
        document.description = own.description ?? native.description
        document.tags = own.tags ?? native.tags
        document.category = own.category
        document.project = own.project
        document.isTemplate = own.isTemplate
        document.templateFormat = own.templateFormat ?? native.templateFormat
        document.labels = own.labels
        document.origin = own.origin
        if keys.contains("chat") { document.isChat = own.isChat }
        if keys.contains("settings") { document.settings = own.settings }
        if keys.contains("variables") { document.variables = own.variables }
        if let metadata = own.metadata {
            document.metadata = (native.metadata ?? [:]).merging(metadata) { _, own in own }
        }
        return document
    }

    /// What prompty has no place for. Of the metadata, what a field of the file holds is left out.
    static func fields(of document: PromptDocument, without kept: Set<String>) -> [String: TemplateValue] {
        var document = document
        (document.name, document.description, document.tags) = (nil, nil, nil)
        (document.settings, document.variables) = ([:], [])
        if document.templateFormat == .mustache { document.templateFormat = nil }
        let metadata = document.metadata?.filter { key, _ in !kept.contains { key == PromptyFormat.prefix + $0 } }
        document.metadata = kept.isEmpty || metadata?.isEmpty == false ? metadata : nil
        return flat(document)
    }

    static func allFields(of document: PromptDocument) -> [String: TemplateValue] {
        var document = document
        (document.name, document.description, document.tags) = (nil, nil, nil)
        return flat(document)
    }

    /// The id, the version and the checksums stand beside the fields.
    private static func flat(_ document: PromptDocument) -> [String: TemplateValue] {
        var fields = DocumentWriter(style: .frontMatter).fields(of: document)
        fields["offbook"] = nil
        let origin = document.origin.map(DocumentWriter.origin) ?? [:]
        return fields.merging(origin) { own, _ in own }
    }
}
