/// Gathers the text of a page, without what is not its content.
struct PageTextReader: HTMLHandler {
    private var whole: FoldedText
    private var main: FoldedText
    private var heading: FoldedText
    private var mainDepth = 0
    private var preDepth = 0
    private var isInTitle = false
    private var hasTitle = false
    /// The open elements from the one on that is left out.
    private var skipped: [String] = []
    private let dropped: Set<String>

    /// From so many characters on, what a page calls its main part is taken for all of it.
    private static let mainMin = 400

    init(charactersMax: Int, dropsForms: Bool = true) {
        (whole, main) = (FoldedText(charactersMax: charactersMax), FoldedText(charactersMax: charactersMax))
        heading = FoldedText(charactersMax: PageText.titleMax)
        dropped = dropsForms ? Self.dropped.union(["form"]) : Self.dropped
    }

    var title: String { heading.text.split(separator: "\n").joined(separator: " ") }
    private var best: FoldedText { main.text.unicodeScalars.count >= Self.mainMin ? main : whole }
    var text: String { best.text }
    var isCut: Bool { best.isCut }

    mutating func start(_ name: String, _ attributes: HTMLAttributes) {
        if !skipped.isEmpty || isDropped(name, attributes) { return skipped.append(name) }
        if name == "title" { isInTitle = !hasTitle }
        if Self.mains.contains(name) { mainDepth += 1 }
        if name == "pre" { preDepth += 1 }
        if !Self.inline.contains(name) { breakLine() }
    }

    mutating func end(_ name: String) {
        guard skipped.isEmpty else {
            if let index = skipped.lastIndex(of: name) { skipped.removeSubrange(index...) }
            return
        }
        if name == "title" { (isInTitle, hasTitle) = (false, hasTitle || !heading.isEmpty) }
        if !Self.inline.contains(name) { breakLine() }
        if Self.mains.contains(name) { mainDepth = max(0, mainDepth - 1) }
        if name == "pre" { preDepth = max(0, preDepth - 1) }
    }

    mutating func text(_ text: String) {
        guard skipped.isEmpty else { return }
        if isInTitle { return heading.add(text) }
        whole.add(text, keepsSpace: preDepth > 0)
        if mainDepth > 0 { main.add(text, keepsSpace: preDepth > 0) }
    }

    private mutating func breakLine() {
        whole.breakLine()
        main.breakLine()
    }

    private func isDropped(_ name: String, _ attributes: HTMLAttributes) -> Bool {
        // A page that is hidden as a whole is shown by a script later.
        guard !["html", "body", "main"].contains(name) else { return false }
        let role = attributes["role"]?.lowercased()
        return dropped.contains(name) || attributes.isHidden || role.map { Self.droppedRoles.contains($0) } == true
    }

    private static let mains: Set<String> = ["main", "article"]
    private static let droppedRoles: Set<String> = ["navigation", "contentinfo", "search", "dialog", "alertdialog"]
    private static let dropped: Set<String> = [
        "script", "style", "template", "noscript", "nav", "footer", "svg", "iframe", "object", "canvas", "audio",
        "video", "select", "button", "input", "textarea", "dialog", "datalist", "menu",
    ]
    /// Those that do not begin a line. All others do, known or not.
    private static let inline: Set<String> = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "img",
        "ins", "kbd", "label", "mark", "math", "meter", "mn", "mi", "mo", "mrow", "msub", "msup", "nobr", "output",
        "picture", "progress", "q", "rp", "rt", "ruby", "s", "samp", "small", "source", "span", "strike", "strong",
        "sub", "sup", "time", "tt", "u", "var", "wbr",
    ]
}
