internal import PromptTemplates

/// A file's YAML front matter and the text below it.
///
///     ---
///     name: greeting
///     ---
///
///     Hello
struct FrontMatter {
    /// Nil where the file has none.
    let fields: [String: TemplateValue]?
    let body: String

    /// The body loses one newline at its start, which parts it from the front matter, and one at its end.
    static func read(_ bytes: [UInt8]) throws(PromptFileError) -> FrontMatter {
        guard let text = String(validating: bytes.withoutMark, as: UTF8.self) else { throw .notUTF8 }
        guard !bytes.contains(ASCII.nul) else { throw .malformedDocument(reason: "it holds a NUL byte; take it out") }
        let content = Array(text.utf8)
        guard let opening = line(in: content, from: 0), opening.isFence else {
            return FrontMatter(fields: nil, body: withoutLastNewline(inLF(content[...], isCRLF: hasOnlyCRLF(content))))
        }
        return try read(content, opening: opening)
    }

    /// Whether a file starts with front matter.
    static func isIn(_ bytes: [UInt8]) -> Bool { line(in: Array(bytes.withoutMark), from: 0)?.isFence == true }

    /// The fields, the body and all that stands between.
    static func written(_ fields: [String: TemplateValue], body: String) throws(PromptFileError) -> [UInt8] {
        Array("---\n\(try YAMLWriter.text(fields))---\n\n\(body)\n".utf8)
    }

    private static func read(_ content: [UInt8], opening: Line) throws(PromptFileError) -> FrontMatter {
        var next = opening.end
        while let line = line(in: content, from: next) {
            if line.isFence {
                let yaml = String(decoding: content[opening.end..<line.start], as: UTF8.self)
                let fields = try fields(of: yaml)
                return FrontMatter(fields: fields, body: body(content[line.end...], isCRLF: opening.isCRLF))
            }
            next = line.end
        }
        throw .openFrontMatter
    }

    private static func fields(of yaml: String) throws(PromptFileError) -> [String: TemplateValue] {
        switch try YAMLReader.read(yaml, firstLine: 2) {
        case .null: return [:]
        case .object(let fields): return fields
        case let value:
            let reason = "the front matter is \(value.kindWording); write it as lines of \"name: value\""
            throw .malformedYAML(line: 2, reason: reason)
        }
    }

    /// Where the front matter's lines end with CRLF, so do the body's: that is how a checkout on Windows leaves it.
    private static func body(_ rest: ArraySlice<UInt8>, isCRLF: Bool) -> String {
        let content = inLF(rest, isCRLF: isCRLF)
        return withoutLastNewline(content.first == ASCII.newline ? content.dropFirst() : content)
    }

    private static func withoutLastNewline(_ content: ArraySlice<UInt8>) -> String {
        String(decoding: content.last == ASCII.newline ? content.dropLast() : content, as: UTF8.self)
    }

    private static func inLF(_ content: ArraySlice<UInt8>, isCRLF: Bool) -> ArraySlice<UInt8> {
        guard isCRLF else { return content }
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        for byte in content {
            if byte == ASCII.newline, result.last == ASCII.carriageReturn { result.removeLast() }
            result.append(byte)
        }
        return result[...]
    }

    private static func hasOnlyCRLF(_ content: [UInt8]) -> Bool {
        var last: UInt8 = 0
        for byte in content {
            if byte == ASCII.newline, last != ASCII.carriageReturn { return false }
            last = byte
        }
        return content.contains(ASCII.newline)
    }
}

extension FrontMatter {
    private struct Line {
        var start: Int
        /// Behind its newline.
        var end: Int
        /// Whether it is `---` and perhaps blanks.
        var isFence: Bool
        var isCRLF: Bool
    }

    private static func line(in content: [UInt8], from start: Int) -> Line? {
        guard start < content.count else { return nil }
        let newline = content[start...].firstIndex(of: ASCII.newline)
        let text = content[start..<(newline ?? content.count)]
        let isFence = text.starts(with: "---".utf8) && text.dropFirst(3).allSatisfy(\.isJSONSpace)
        let isCRLF = newline != nil && text.last == ASCII.carriageReturn
        return Line(start: start, end: newline.map { $0 + 1 } ?? content.count, isFence: isFence, isCRLF: isCRLF)
    }
}
