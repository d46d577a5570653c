/// The formats of a file that holds one prompt.
package enum PromptDocumentFormat: String, Sendable, CaseIterable {
    /// Markdown, with YAML front matter or none.
    case markdown
    /// Prompty, versions 1 and 2.
    case prompty
    /// One JSON object.
    case json
    /// The YAML templates of the command `llm`. Only read.
    case llmTemplate = "llm-template"
    /// The text in a folder's `system.md`. Only read; ``PromptFolder`` finds the `user.md` that may stand beside it.
    case pattern

    /// What names of its files end with, without the dot.
    package var fileExtension: String {
        switch self {
        case .markdown, .pattern: "md"
        case .prompty: "prompty"
        case .json: "json"
        case .llmTemplate: "yaml"
        }
    }

    /// Whether documents can be written in it.
    package var isWritable: Bool { self == .markdown || self == .prompty || self == .json }
}

package extension PromptDocument {
    /// How large a file of one prompt may be, in bytes.
    static let fileBytesMax = 4 << 20

    /// Reads a file of one prompt. Its name is nil where the file does not say it: then the file's own is meant.
    static func read(_ bytes: [UInt8], as format: PromptDocumentFormat) throws(PromptFileError) -> PromptDocument {
        guard bytes.count <= fileBytesMax else { throw .tooLarge(limit: fileBytesMax) }
        do throws(ReadFault) {
            return switch format {
            case .markdown: try MarkdownFormat.read(bytes)
            case .prompty: try PromptyFormat.read(bytes)
            case .json: try JSONPrompts.readDocument(bytes)
            case .llmTemplate: try LLMTemplateFormat.read(bytes)
            case .pattern: try PatternFormat.read(system: bytes)
            }
        } catch .file(let error) {
            throw error
        } catch {
            throw .malformedDocument(reason: error.reason)
        }
    }

    /// The bytes of a file that reads as this document again.
    ///
    /// - Throws: `notWritable`; `malformedDocument` for a NUL; `nestedTooDeep` for settings deeper than any file may be.
    func written(as format: PromptDocumentFormat) throws(PromptFileError) -> [UInt8] {
        do throws(ReadFault) {
            try refuseNUL()
            return switch format {
            case .markdown: try MarkdownFormat.written(self)
            case .prompty: try PromptyFormat.written(self)
            case .json: try JSONFormat.written(self, isIndented: true)
            case .llmTemplate, .pattern: throw ReadFault.file(.notWritable(format))
            }
        } catch .file(let error) {
            throw error
        } catch {
            throw .malformedDocument(reason: error.reason)
        }
    }

    /// The document as a line of JSON Lines, with its newline.
    func writtenAsLine() throws(PromptFileError) -> [UInt8] {
        do throws(ReadFault) {
            try refuseNUL()
            return try JSONFormat.written(self, isIndented: false)
        } catch .file(let error) {
            throw error
        } catch {
            throw .malformedDocument(reason: error.reason)
        }
    }

    private func refuseNUL() throws(ReadFault) {
        let fields = DocumentWriter(style: .json).fields(of: self)
        guard !body.utf8.contains(ASCII.nul),
            !fields.contains(where: { $0.key.utf8.contains(ASCII.nul) || $0.value.hasNUL })
        else { throw .row("it holds a NUL character; take it out") }
    }
}
