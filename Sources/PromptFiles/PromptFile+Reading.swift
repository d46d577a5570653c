package extension PromptFile {
    /// The format of a file, by its content alone; nil where it is none that can be read.
    ///
    /// A file that opens with `{` is JSON Lines when its first line is a whole object and more lines follow: no
    /// single JSON value looks like that.
    static func recognise(_ bytes: [UInt8]) -> PromptFileFormat? {
        let content = bytes.withoutMark
        guard let first = content.first(where: { !$0.isASCIISpace }) else { return nil }
        switch first {
        case ASCII.openBracket: return .json
        case ASCII.openBrace: return JSONPrompts.looksLikeLines(bytes) ? .jsonl : .json
        default: return CSVPrompts.hasHeader(bytes) ? .csv : nil
        }
    }

    /// Reads a file in the format its content shows.
    static func read(_ bytes: [UInt8]) throws(PromptFileError) -> PromptFile {
        guard let format = recognise(bytes) else {
            throw isBlank(bytes) ? .empty : CSVPrompts.whyNotRecognised(bytes)
        }
        return try read(bytes, as: format)
    }

    /// Reads a file in the given format. Records that cannot be read are listed as rejected, and the rest is read
    /// all the same; an error means that nothing of the file can be trusted.
    static func read(_ bytes: [UInt8], as format: PromptFileFormat) throws(PromptFileError) -> PromptFile {
        guard !isBlank(bytes) else { throw .empty }
        return switch format {
        case .csv: try CSVPrompts.read(bytes)
        case .json: try JSONPrompts.read(bytes)
        case .jsonl: JSONPrompts.readLines(bytes)
        }
    }

    private static func isBlank(_ bytes: [UInt8]) -> Bool { bytes.withoutMark.allSatisfy(\.isASCIISpace) }
}
