/// How front matter and JSON name the fields of a document.
enum DocumentStyle {
    case frontMatter, json

    /// The key of the template format.
    var templateFormat: String { self == .json ? "template_format" : "template" }

    /// Keys that nothing but a document has: a JSON object with one of them is one.
    static let telling: Set<String> = [
        "messages", "settings", "variables", "template_format", "is_template", "project", "labels", "offbook",
    ]
}
