extension Template {
    /// The text with its placeholders filled in.
    ///
    /// A placeholder takes the value given; where there is none, the default declared for it; then the default it has
    /// in the text, and then the first that another placeholder of the name has. Null is no value, and comes to
    /// nothing where no default stands in. In mustache a section's name may be without a value, and is passed over.
    ///
    /// - Parameters:
    ///   - values: What to fill in. Lists and objects are written as JSON, numbers and booleans as JSON has them.
    ///   - declared: What is known about the variables. Those of includes count behind these.
    ///   - strict: Whether a value that neither a placeholder nor a declaration asks for is an error.
    ///   - include: Finds the prompts that the text includes. They are rendered with the same values.
    package func rendered(
        _ values: [String: TemplateValue], declared: [TemplateVariable] = [], strict: Bool = true,
        include: IncludeResolver? = nil
    ) throws(TemplateError) -> String {
        try Self.rendered([self], values, declared: declared, strict: strict, include: include).joined()
    }

    /// The same for several texts that belong together, such as a chat's messages: a variable that any of them asks
    /// for is known, and no value of one can end up in another.
    package static func rendered(
        _ templates: [Template], _ values: [String: TemplateValue], declared: [TemplateVariable] = [],
        strict: Bool = true, include: IncludeResolver? = nil
    ) throws(TemplateError) -> [String] {
        var linker = Linker(include)
        for template in templates { try linker.link(template) }
        let declared = declared + linker.declared
        let known = Known(templates: templates + linker.templates.values, declared: declared)
        let unknown = known.unknown(values)
        var renderer = Renderer(values: try ValueTable(values, declared: declared), included: linker.templates)
        var texts: [String] = []
        for template in templates {
            let start = renderer.output.count
            try renderer.render(template)
            texts.append(String(decoding: renderer.output[start...], as: UTF8.self))
        }
        if !renderer.missing.isEmpty { throw missing(renderer.missing, unknown: unknown) }
        if strict, !unknown.isEmpty { throw known.error(unknown) }
        return texts
    }

    private static func missing(_ missing: [(name: Name, place: TemplatePlace)], unknown: [String]) -> TemplateError {
        .missingVariables(
            missing.enumerated().map { index, variable in
                let name = variable.name.text
                let nearest = index < Known.mostSuggestions ? Nearest.name(to: name, among: unknown) : nil
                return MissingVariable(name: name, place: variable.place, nearest: nearest)
            })
    }
}

/// The names a text and its includes ask for.
private struct Known {
    /// Each suggestion takes a comparison with every name there is.
    static let mostSuggestions = 20

    private let names: Set<Name>

    init(templates: [Template], declared: [TemplateVariable]) {
        names = Set(templates.flatMap(\.outline.names) + declared.map { Name($0.name) })
    }

    /// The given names that nothing asks for, in the order of their bytes.
    func unknown(_ values: [String: TemplateValue]) -> [String] {
        Self.sorted(values.keys.filter { !names.contains(Name($0)) })
    }

    func error(_ unknown: [String]) -> TemplateError {
        let known = Self.sorted(names.map(\.text))
        return .unknownVariables(
            unknown.enumerated().map { index, name in
                let nearest = index < Self.mostSuggestions ? Nearest.name(to: name, among: known) : nil
                return UnknownVariable(name: name, nearest: nearest)
            })
    }

    private static func sorted(_ names: [String]) -> [String] {
        names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
}
