internal import PromptTemplates

/// The fields of a document, by the names that front matter and JSON have for them; without the body.
struct DocumentWriter {
    let style: DocumentStyle

    func fields(of document: PromptDocument) -> [String: TemplateValue] {
        var fields: [String: TemplateValue] = [:]
        fields["name"] = document.name.map { .text($0) }
        fields["description"] = document.description.map { .text($0) }
        fields["category"] = document.category.map { .text($0) }
        fields["project"] = document.project.map { .text($0) }
        fields["tags"] = document.tags.map { .list($0.map { .text($0) }) }
        fields["is_template"] = document.isTemplate.map { .boolean($0) }
        fields[style.templateFormat] = document.templateFormat.map { .text($0.rawValue) }
        fields["metadata"] = document.metadata.map(Self.map)
        fields["labels"] = document.labels.map(Self.map)
        if !document.settings.isEmpty { fields["settings"] = .object(document.settings) }
        if !document.variables.isEmpty { fields["variables"] = .list(document.variables.map(VariableWriter.value)) }
        fields["offbook"] = document.origin.map { .object(Self.origin($0)) }
        return fields
    }

    static func map(_ texts: [String: String]) -> TemplateValue { .object(texts.mapValues { .text($0) }) }

    static func origin(_ origin: PromptDocument.Origin) -> [String: TemplateValue] {
        var fields: [String: TemplateValue] = ["id": .text(origin.promptID), "version": .text(origin.versionID)]
        if !origin.fieldBase.isEmpty { fields["base"] = map(origin.fieldBase) }
        return fields
    }
}
