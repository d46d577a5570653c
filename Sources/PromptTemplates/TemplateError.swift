/// Why a text cannot be read or rendered.
package enum TemplateError: Error, Sendable, Hashable {
    /// A placeholder or tag that opens and never closes.
    case unclosed(TemplateFormat, at: TemplatePlace)
    /// A `}` that closes nothing, where a literal one is written twice.
    case loneClosingBrace(at: TemplatePlace)
    /// Something in a placeholder that is not a name.
    case invalidName(String, NameFault, at: TemplatePlace)
    /// Something its format has elsewhere, and not here.
    case unsupported(TemplateFeature, shown: String, at: TemplatePlace)
    /// A mustache section without its end.
    case unclosedSection(String, at: TemplatePlace)
    /// The end of a mustache section that never began.
    case unopenedSection(String, at: TemplatePlace)
    /// The end of another mustache section than the one that is open.
    case crossedSections(opened: String, closed: String, at: TemplatePlace)
    /// Placeholders without a value, all there are.
    case missingVariables([MissingVariable])
    /// Values without a placeholder, all there are.
    case unknownVariables([UnknownVariable])
    /// A value that is none of those its variable may have.
    case notAChoice(variable: String, value: String, choices: [String])
    /// A value that is not of its variable's type.
    case wrongType(variable: String, expected: TemplateVariable.Kind, found: String)
    /// Sections, defaults, lists or objects inside one another, more than there may be.
    case nestingTooDeep(limit: Int, at: TemplatePlace?)
    /// Includes that come back to the first: their names in order.
    case includeCycle([String], at: TemplatePlace)
    /// Includes inside one another, more than there may be: their names in order.
    case includesTooDeep([String], at: TemplatePlace)
    /// An include of which there is no such prompt.
    case includeNotFound(String, at: TemplatePlace)
    /// An include that could not be looked up, and what came of it.
    case includeFailed(String, reason: String, at: TemplatePlace)
    /// More text than ``TemplateLimits/outputBytes``.
    case outputTooLarge
    /// More work than ``TemplateLimits/steps``.
    case tooManySteps
    /// Values that are not JSON.
    case malformedJSON(reason: String, at: TemplatePlace)
}

/// A placeholder without a value.
package struct MissingVariable: Sendable, Hashable {
    package var name: String
    package var place: TemplatePlace
    /// Of the values that no placeholder takes, the one with the most similar name.
    package var nearest: String?

    package init(name: String, place: TemplatePlace, nearest: String? = nil) {
        self.name = name
        self.place = place
        self.nearest = nearest
    }
}

/// A value without a placeholder.
package struct UnknownVariable: Sendable, Hashable {
    package var name: String
    /// The placeholder with the most similar name.
    package var nearest: String?

    package init(name: String, nearest: String? = nil) {
        self.name = name
        self.nearest = nearest
    }
}

/// Why something is not a name.
package enum NameFault: Sendable, Hashable {
    case empty, emptyPart, space, spaceAround, brace
}

/// What formats have elsewhere, and not here.
package enum TemplateFeature: Sendable, Hashable, CaseIterable {
    case formatSpecification, conversion, attribute, index, position
    case setDelimiter, inheritance
}
