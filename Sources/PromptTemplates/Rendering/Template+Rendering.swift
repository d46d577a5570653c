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
        var linker = Linker(include)
        try linker.link(self)
        let declared = declared + linker.declared
        let known = Known(templates: [self] + linker.templates.values, declared: declared)
        let unknown = known.unknown(values)
        var renderer = Renderer(values: try ValueTable(values, declared: declared), included: linker.templates)
        try renderer.render(self)
        if !renderer.missing.isEmpty { throw Self.missing(renderer.missing, unknown: unknown) }
        if strict, !unknown.isEmpty { throw known.error(unknown) }
        return String(decoding: renderer.output, as: UTF8.self)
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
