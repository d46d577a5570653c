/// How a text marks what is to be filled in.
package enum TemplateFormat: String, Sendable, CaseIterable, Codable {
    /// The text as it stands, but for its includes.
    case none
    /// `{{name}}` and the rest of the mustache specification 1.4, without HTML escaping, lambdas and set-delimiter tags.
    case mustache
    /// `{name}`, and `{{` and `}}` for literal braces, as in Python's `str.format` with nothing but names.
    case fstring
    /// `${name}` and `${name:default}`, and `$${` for a literal `${`.
    case dollar

    /// A guess for a text that does not say: the format whose placeholders it uses, ``none`` when it uses none or when
    /// several could be meant.
    ///
    /// A placeholder right behind a `$` speaks for ``dollar`` only, and ``fstring`` takes names that are identifiers:
    /// prose, CSS and LaTeX have braces of their own.
    package static func guess(_ text: String) -> TemplateFormat {
        let candidates = [mustache, fstring, dollar].filter { $0.isLikely(text) }
        guard let only = candidates.first, candidates.count == 1 else { return none }
        return only
    }

    private func isLikely(_ text: String) -> Bool {
        guard let template = try? Template(text, format: self) else { return false }
        let tags = template.outline.tags
        let isOwn = tags.contains { !template.source.isDollar(before: $0.offset) }
        switch self {
        case .none: return false
        // No other format has `{{> name}}`.
        case .mustache: return isOwn || !template.includes.isEmpty
        case .fstring: return isOwn && tags.allSatisfy(\.name.isIdentifier)
        case .dollar: return !tags.isEmpty
        }
    }
}
