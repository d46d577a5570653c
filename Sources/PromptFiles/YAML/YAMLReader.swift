internal import PromptTemplates
internal import Yams

/// Reads one YAML document into plain values.
///
/// Anchors, aliases and tags are refused: a prompt needs none, and with them a short text can stand for an endless
/// one. A mapping may not have a key twice.
struct YAMLReader {
    private static let textTag = "tag:yaml.org,2002:str"
    /// Tags that say no more than the value does, and none at all.
    private static let plainTags: Set<String> = [
        "", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:null",
        "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq",
    ]

    /// The line of the file on which the text starts, counted from 1.
    private let firstLine: Int
    private let standIns: YAMLStandIns

    /// - Returns: null for a text that holds nothing.
    static func read(_ text: String, firstLine: Int = 1) throws(PromptFileError) -> TemplateValue {
        let reader = YAMLReader(firstLine: firstLine, standIns: YAMLStandIns(for: text))
        try reader.boundAliases(in: text)
        do {
            let parser = try Parser(yaml: reader.standIns.put(into: text), resolver: .basic, encoding: .utf8)
            // A node's anchor lives only as long as its parser.
            return try withExtendedLifetime(parser) {
                try parser.singleRoot().map { try reader.value(of: $0, depth: 0) } ?? .null
            }
        } catch let error as PromptFileError {
            throw error
        } catch {
            throw YAMLFault(error, firstLine: firstLine).error
        }
    }

    private func boundAliases(in text: String) throws(PromptFileError) {
        guard YAMLAliases.mayExplode(text) else { return }
        throw .malformedYAML(line: firstLine, reason: Self.aliasReason)
    }

    private static let aliasReason = "YAML anchors (&name) and aliases (*name) are not read; write the value out"

    private func value(of node: Node, depth: Int) throws(PromptFileError) -> TemplateValue {
        guard depth <= TemplateLimits.nesting else { throw .nestedTooDeep(line: line(of: node)) }
        guard node.anchor == nil else { throw fault(Self.aliasReason, at: node) }
        switch node {
        case .scalar(let scalar): return try value(of: scalar, node)
        case .mapping(let mapping): return try value(of: mapping, node, depth: depth)
        case .sequence(let sequence):
            try checkTag(sequence.tag, at: node)
            var elements: [TemplateValue] = []
            for element in sequence { elements.append(try value(of: element, depth: depth + 1)) }
            return .list(elements)
        case .alias: throw fault(Self.aliasReason, at: node)
        }
    }

    private func value(of mapping: Node.Mapping, _ node: Node, depth: Int) throws(PromptFileError) -> TemplateValue {
        try checkTag(mapping.tag, at: node)
        var members: [String: TemplateValue] = [:]
        for (key, value) in mapping {
            guard case .scalar(let name) = key, key.anchor == nil else {
                throw fault("a key is a text; this one is a list, a mapping or an alias", at: key)
            }
            let text = standIns.taken(from: name)
            guard members[text] == nil else {
                throw fault("the key \(Wording.quoted(text)) is given twice; keep one", at: key)
            }
            members[text] = try self.value(of: value, depth: depth + 1)
        }
        return .object(members)
    }

    private func value(of scalar: Node.Scalar, _ node: Node) throws(PromptFileError) -> TemplateValue {
        if scalar.tag.description == Self.textTag { return .text(standIns.taken(from: scalar)) }
        try checkTag(scalar.tag, at: node)
        return scalar.style == .plain
            ? YAMLScalar.value(standIns.taken(from: scalar)) : .text(standIns.taken(from: scalar))
    }

    private func checkTag(_ tag: Tag, at node: Node) throws(PromptFileError) {
        guard !Self.plainTags.contains(tag.description) else { return }
        throw fault("the YAML tag \(Wording.quoted(tag.description)) is not read; take it out", at: node)
    }

    private func fault(_ reason: String, at node: Node) -> PromptFileError {
        .malformedYAML(line: line(of: node), reason: reason)
    }

    private func line(of node: Node) -> Int { firstLine + (node.mark?.line ?? 1) - 1 }
}
