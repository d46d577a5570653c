/// Writes a template filled in.
struct Renderer {
    private let included: [IncludeKey: Template]
    private let values: ValueTable
    /// The values of the sections that are open, the innermost last.
    private var contexts: [TemplateValue] = []
    private var depth = 0
    private var steps = 0
    private(set) var output: [UInt8] = []
    private(set) var missing: [(name: Name, place: TemplatePlace)] = []
    private var missed: Set<Name> = []

    init(values: ValueTable, included: [IncludeKey: Template]) {
        self.values = values
        self.included = included
    }

    mutating func render(_ template: Template) throws(TemplateError) {
        try render(template.nodes, of: template)
    }

    private mutating func render(_ nodes: [Node], of template: Template) throws(TemplateError) {
        for node in nodes {
            try countStep()
            switch node {
            case .text(let range): try write(template.source.bytes[range])
            case .variable(let tag): try render(tag, of: template)
            case .section(let tag): try render(tag, of: template)
            case .include(let tag): if let other = included[tag.key] { try render(other) }
            }
        }
    }

    private mutating func render(_ tag: VariableTag, of template: Template) throws(TemplateError) {
        let value = value(tag.path)
        if let value, value != .null { return try write(value.written().utf8) }
        let fallback = tag.fallback ?? tag.path.parts.first.flatMap(template.outline.sharedDefault)
        if let fallback {
            try render(fallback.nodes, of: template)
        } else if value == nil, missed.insert(Name(tag.path.text)).inserted {
            missing.append((Name(tag.path.text), tag.place))
        }
    }

    private mutating func render(_ tag: SectionTag, of template: Template) throws(TemplateError) {
        let value = value(tag.path) ?? .null
        guard value.isFalsy == tag.isInverted else { return }
        guard depth < TemplateLimits.nesting else {
            throw .nestingTooDeep(limit: TemplateLimits.nesting, at: tag.place)
        }
        depth += 1
        defer { depth -= 1 }
        if tag.isInverted { return try render(tag.body, of: template) }
        guard case .list(let elements) = value else { return try render(tag.body, with: value, of: template) }
        for element in elements { try render(tag.body, with: element, of: template) }
    }

    private mutating func render(
        _ nodes: [Node], with context: TemplateValue, of template: Template
    ) throws(TemplateError) {
        // A round over an empty body counts too.
        try countStep()
        contexts.append(context)
        defer { contexts.removeLast() }
        try render(nodes, of: template)
    }

    private mutating func countStep() throws(TemplateError) {
        steps += 1
        guard steps <= TemplateLimits.steps else { throw .tooManySteps }
    }

    private mutating func write(_ bytes: some Collection<UInt8>) throws(TemplateError) {
        guard bytes.count <= TemplateLimits.outputBytes - output.count else { throw .outputTooLarge }
        output.append(contentsOf: bytes)
    }
}

extension Renderer {
    /// The innermost value that has the first part decides; the others are looked for in what it has.
    private func value(_ path: Path) -> TemplateValue? {
        guard let first = path.parts.first else { return contexts.last }
        var found = contexts.reversed().lazy.compactMap { $0.member(first) }.first ?? values[first]
        for part in path.parts.dropFirst() { found = found?.member(part) }
        return found
    }
}

extension TemplateValue {
    fileprivate func member(_ name: Name) -> TemplateValue? {
        guard case .object(let members) = self else { return nil }
        return members.value(name)
    }
}
