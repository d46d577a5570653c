internal import Yams

/// What the parser says, with the line of the file.
struct YAMLFault {
    let error: PromptFileError

    init(_ error: any Error, firstLine: Int) {
        let (line, reason) = Self.parts(of: error)
        let isTooDeep = reason.contains("nesting level")
        let place = firstLine + line - 1
        self.error = isTooDeep ? .nestedTooDeep(line: place) : .malformedYAML(line: place, reason: reason)
    }

    private static func parts(of error: any Error) -> (line: Int, reason: String) {
        switch error as? YamlError {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            (mark.line, "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            (context.mark.line, "keys given twice: \(Wording.list(keys)); keep one of each")
        case .reader(let problem, let offset, _, let text):
            (lines(in: text, before: offset), "not YAML: \(problem)")
        default: (1, "not YAML that can be read")
        }
    }

    private static func lines(in text: String, before offset: Int?) -> Int {
        1 + text.prefix(offset ?? 0).count { $0.isNewline }
    }
}
