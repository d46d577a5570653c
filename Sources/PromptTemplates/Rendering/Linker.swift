/// Another prompt's text, to be put into a template.
package struct IncludedPrompt: Sendable {
    package var text: String
    package var format: TemplateFormat
    package var declared: [TemplateVariable]

    package init(_ text: String, format: TemplateFormat, declared: [TemplateVariable] = []) {
        self.text = text
        self.format = format
        self.declared = declared
    }
}

/// Finds another prompt by its name and, where one is given, its label; nil where there is none.
package typealias IncludeResolver = (_ name: String, _ label: String?) throws -> IncludedPrompt?

/// Reads everything a template includes, before anything is rendered: whether it can be had, and whether it ever ends,
/// does not depend on the values.
struct Linker {
    private let resolve: IncludeResolver?
    private(set) var templates: [IncludeKey: Template] = [:]
    private(set) var declared: [TemplateVariable] = []
    /// How many includes lie inside one another below each; what has been read need not be read again.
    private var heights: [IncludeKey: Int] = [:]
    private var prompts: [IncludeReference: IncludedPrompt] = [:]
    private var bytes = 0

    init(_ resolve: IncludeResolver?) { self.resolve = resolve }

    mutating func link(_ template: Template) throws(TemplateError) { _ = try link(template, chain: []) }

    private mutating func link(_ template: Template, chain: [IncludeReference]) throws(TemplateError) -> Int {
        var height = 0
        for tag in template.outline.includeTags { height = max(height, 1 + (try load(tag, chain: chain))) }
        return height
    }

    private mutating func load(_ tag: IncludeTag, chain: [IncludeReference]) throws(TemplateError) -> Int {
        let chain = try extended(chain, by: tag)
        if let height = heights[tag.key] {
            guard chain.count + height <= TemplateLimits.nestedIncludes else {
                throw .includesTooDeep(chain.map(\.text), at: tag.place)
            }
            return height
        }
        let included = try template(tag)
        let height = try link(included, chain: chain)
        templates[tag.key] = included
        heights[tag.key] = height
        return height
    }

    private func extended(
        _ chain: [IncludeReference], by tag: IncludeTag
    ) throws(TemplateError) -> [IncludeReference] {
        let reference = tag.key.reference
        if let first = chain.firstIndex(of: reference) {
            throw .includeCycle((chain[first...] + [reference]).map(\.text), at: tag.place)
        }
        guard chain.count < TemplateLimits.nestedIncludes else {
            throw .includesTooDeep((chain + [reference]).map(\.text), at: tag.place)
        }
        return chain + [reference]
    }

    private mutating func template(_ tag: IncludeTag) throws(TemplateError) -> Template {
        let prompt = try prompt(tag)
        let source = Source(prompt.text, include: tag.key.reference.text)
        guard let source = source.indented(by: tag.key.indent) else { throw .outputTooLarge }
        bytes += source.bytes.count
        guard bytes <= TemplateLimits.outputBytes else { throw .outputTooLarge }
        return try Template(source, format: prompt.format)
    }

    private mutating func prompt(_ tag: IncludeTag) throws(TemplateError) -> IncludedPrompt {
        let reference = tag.key.reference
        if let prompt = prompts[reference] { return prompt }
        let found: IncludedPrompt?
        do {
            found = try resolve?(reference.name.text, reference.label?.text)
        } catch {
            throw .includeFailed(reference.text, reason: "\(error)", at: tag.place)
        }
        guard let prompt = found else { throw .includeNotFound(reference.text, at: tag.place) }
        prompts[reference] = prompt
        declared += prompt.declared
        return prompt
    }
}
