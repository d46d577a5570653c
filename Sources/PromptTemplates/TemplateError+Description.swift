extension TemplateError: CustomStringConvertible {
    /// One sentence with the place, where there is one, and what to do; safe to print, whatever the text holds.
    package var description: String { (place.map { "\($0): " } ?? "") + reason }

    /// The description without the place.
    package var reason: String {
        switch self {
        case .unclosed(let format, _): Self.unclosed(format)
        case .loneClosingBrace: "a } that closes nothing; write }} for a literal one"
        case .invalidName(let name, let fault, _): fault.reason(Wording.quoted(name))
        case .unsupported(let feature, let shown, _): "\(Wording.quoted(shown)) \(feature.reason)"
        case .unclosedSection, .unopenedSection, .crossedSections: sectionReason
        case .missingVariables(let missing): Self.missing(missing)
        case .unknownVariables(let unknown): Self.unknown(unknown)
        case .notAChoice, .wrongType: valueReason
        case .includeCycle, .includesTooDeep, .includeNotFound, .includeFailed: includeReason
        case .nestingTooDeep, .outputTooLarge, .tooManySteps: limitReason
        case .malformedJSON(let reason, _): "not JSON: \(reason)"
        }
    }

    /// Where in the text it is; nil where it is not at one place.
    package var place: TemplatePlace? {
        switch self {
        case .unclosed(_, let place), .loneClosingBrace(let place), .invalidName(_, _, let place),
            .unsupported(_, _, let place), .unclosedSection(_, let place), .unopenedSection(_, let place),
            .crossedSections(_, _, let place), .includeCycle(_, let place), .includesTooDeep(_, let place),
            .includeNotFound(_, let place), .includeFailed(_, _, let place), .malformedJSON(_, let place):
            place
        case .nestingTooDeep(_, let place): place
        case .missingVariables, .unknownVariables, .notAChoice, .wrongType, .outputTooLarge, .tooManySteps: nil
        }
    }
}

extension TemplateError {
    private static func unclosed(_ format: TemplateFormat) -> String {
        switch format {
        case .none, .mustache: "the {{ that opens here is never closed; close it with }} (or }}} after {{{)"
        case .fstring: "the { that opens here is not closed with } on its line; write {{ for a literal {"
        case .dollar: "the ${ that opens here is never closed; close it with }, or write $${ for a literal ${"
        }
    }

    private var sectionReason: String {
        switch self {
        case .unclosedSection(let name, _):
            "the section \(Wording.quoted(name)) is never closed; close it with {{/\(Wording.plain(name))}}"
        case .unopenedSection(let name, _):
            "the section \(Wording.quoted(name)) is closed and was never opened; open it with {{#\(Wording.plain(name))}}"
        case .crossedSections(let opened, let closed, _):
            "the section \(Wording.quoted(closed)) is closed while \(Wording.quoted(opened)) is open; "
                + "close \(Wording.quoted(opened)) first"
        default: ""
        }
    }

    private var valueReason: String {
        switch self {
        case .notAChoice(let variable, let value, let choices):
            "\(Wording.quoted(value)) is not a choice for \(Wording.quoted(variable)); give \(Wording.list(choices, "or"))"
        case .wrongType(let variable, let expected, let found):
            "\(Wording.quoted(variable)) takes \(expected.wording), and was given \(found); \(expected.advice)"
        default: ""
        }
    }

    private var includeReason: String {
        switch self {
        case .includeCycle(let chain, _):
            "the include comes back to itself: \(Wording.chain(chain)); take one of them out"
        case .includesTooDeep(let chain, _):
            "includes lie more than \(TemplateLimits.nestedIncludes) deep: \(Wording.chain(chain)); include fewer"
        case .includeNotFound(let name, _):
            "no prompt \(Wording.quoted(name)) to include; check its name and label"
        case .includeFailed(let name, let reason, _):
            "\(Wording.quoted(name)) cannot be included: \(Wording.plain(reason, 400))"
        default: ""
        }
    }

    private var limitReason: String {
        switch self {
        case .nestingTooDeep(let limit, _): "nested more than \(limit) deep; take a level out"
        case .outputTooLarge:
            "the text comes to more than \(TemplateLimits.outputBytes >> 20) MiB; give less, or include less"
        case .tooManySteps:
            "the text takes more than \(TemplateLimits.steps) pieces to put together; give shorter lists, or nest fewer"
        default: ""
        }
    }
}

extension TemplateError {
    private static func missing(_ missing: [MissingVariable]) -> String {
        let shown = Wording.list(missing.map { "\(Wording.quoted($0.name)) (\($0.place)\(near($0)))" })
        return "no value for \(shown); give one, or a default"
    }

    private static func unknown(_ unknown: [UnknownVariable]) -> String {
        let shown = Wording.list(unknown.map { "\(Wording.quoted($0.name))\(near($0))" })
        return "no placeholder for \(shown); take it out, or correct its name"
    }

    private static func near(_ missing: MissingVariable) -> String {
        guard let nearest = missing.nearest else { return "" }
        let isTwin = nearest == missing.name
        return isTwin
            ? "; the given one only looks the same: \(Wording.spelt(nearest)) is not \(Wording.spelt(missing.name))"
            : "; \(Wording.quoted(nearest)) was given"
    }

    private static func near(_ unknown: UnknownVariable) -> String {
        guard let nearest = unknown.nearest else { return "" }
        let isTwin = nearest == unknown.name
        return isTwin
            ? " (it only looks the same: \(Wording.spelt(nearest)) is not \(Wording.spelt(unknown.name)))"
            : " (did you mean \(Wording.quoted(nearest))?)"
    }
}

extension NameFault {
    fileprivate func reason(_ name: String) -> String {
        switch self {
        case .empty: "a placeholder without a name; put one between the braces"
        case .emptyPart: "\(name) has a dot with no name beside it; write it like a.b"
        case .space: "\(name) has a space in it, which no name in mustache may have; write _ instead"
        case .spaceAround: "\(name) has a space at an end; write the name right between the braces"
        case .brace: "\(name) goes on with a brace, which no name may have; close the placeholder first"
        }
    }
}

extension TemplateFeature {
    fileprivate var reason: String {
        switch self {
        case .formatSpecification: "has a format specification; \(Self.onlyNames)"
        case .conversion: "has a conversion; \(Self.onlyNames)"
        case .attribute: "asks for an attribute; \(Self.onlyNames)"
        case .index: "asks for an element; \(Self.onlyNames)"
        case .position: "asks for a value by its position; \(Self.onlyNames)"
        case .setDelimiter: "changes the delimiters, which always are {{ and }} here; take the tag out"
        case .inheritance: "is of mustache's inheritance, which is not to be had here; include with {{> name}}"
        }
    }

    private static let onlyNames = "only {name} is allowed here, and {{ and }} for literal braces"
}
