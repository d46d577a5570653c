/// What a text takes and includes.
struct Outline: Sendable {
    /// A placeholder or section, by the name one has to give for it.
    struct Tag: Sendable {
        let name: Name
        let offset: Int
    }

    private(set) var tags: [Tag] = []
    private(set) var variables: [Placeholder] = []
    /// Each include once, and once more for each other indent.
    private(set) var includeTags: [IncludeTag] = []
    private var indices: [Name: Int] = [:]
    private var included: Set<IncludeKey> = []
    private var defaults: [Name: Fallback] = [:]

    init(_ nodes: [Node]) { add(nodes) }

    var names: [Name] { variables.map { Name($0.name) } }

    var includes: [TemplateInclude] {
        var seen: Set<IncludeReference> = []
        return includeTags.filter { seen.insert($0.key.reference).inserted }.map { tag in
            let reference = tag.key.reference
            return TemplateInclude(
                name: reference.name.text, label: reference.label?.text, line: tag.place.line, column: tag.place.column)
        }
    }

    /// The default that a name has somewhere in the text, for where it has none.
    ///
    /// Only one that has no placeholder in it: `${a:${b}} ${b:${a}}` would never end.
    func sharedDefault(_ name: Name) -> Fallback? { defaults[name] }

    private mutating func add(_ nodes: [Node]) {
        for node in nodes {
            switch node {
            case .text: break
            case .variable(let tag): add(tag)
            case .section(let tag):
                add(tag.path, offset: tag.offset, place: tag.place, fallback: nil)
                add(tag.body)
            case .include(let tag): if included.insert(tag.key).inserted { includeTags.append(tag) }
            }
        }
    }

    private mutating func add(_ tag: VariableTag) {
        add(tag.path, offset: tag.offset, place: tag.place, fallback: tag.fallback)
        if let fallback = tag.fallback { add(fallback.nodes) }
    }

    private mutating func add(_ path: Path, offset: Int, place: TemplatePlace, fallback: Fallback?) {
        guard let name = path.parts.first else { return }
        tags.append(Tag(name: name, offset: offset))
        let index = indices[name] ?? variables.count
        if index == variables.count {
            indices[name] = index
            variables.append(Placeholder(name: name.text, line: place.line, column: place.column))
        }
        guard let fallback else { return }
        if variables[index].defaultValue == nil { variables[index].defaultValue = fallback.text }
        if fallback.isPlain, defaults[name] == nil { defaults[name] = fallback }
    }
}

extension Fallback {
    fileprivate var isPlain: Bool {
        nodes.allSatisfy { node in
            if case .text = node { true } else { false }
        }
    }
}
