internal import PromptFiles
internal import PromptTemplates
internal import ReplicaStore
internal import TextMerge

/// A version as one text, for an editor: its settings, variables and type as front matter, then its
/// body. Without any of these it is the body alone.
package enum EditText {
    /// - Parameter isWhole: whether the front matter is there even where it says nothing.
    package static func text(of content: PromptContent, isWhole: Bool = false) throws -> String {
        guard isWhole || content.hasParticulars else { return content.body }
        let header = content.hasParticulars ? try header(of: content) : emptyHeader
        return header + content.body + "\n"
    }

    /// What somebody made of it.
    ///
    /// - Throws: `PromptFileError` for front matter that can't be read, `invalid` for a field that is no
    ///   part of a version.
    package static func content(of text: String, isWhole: Bool) throws -> PromptContent {
        guard !text.utf8.allSatisfy({ $0 <= 0x20 }) else {
            throw LibraryError(.invalid, "the text is empty, so nothing was saved")
        }
        guard isWhole else { return PromptContent(body: text) }
        guard text.hasPrefix("---\n") || text.hasPrefix("---\r\n") else {
            throw LibraryError(
                .invalid, "the settings above the text are gone; keep the two lines --- and what is between them")
        }
        let document = try PromptDocument.read(Array(text.utf8), as: .markdown)
        guard document.isOnlyContent else {
            throw LibraryError(
                .invalid, "only chat, settings and variables can stand above the text; see offbook set and offbook tag")
        }
        return document.content
    }

    /// The text below the front matter; all of it where there is none that can be read.
    package static func body(of text: String) -> String {
        (try? PromptDocument.read(Array(text.utf8), as: .markdown))?.body ?? text
    }

    /// What the front matter of a new version may look like.
    private static let emptyHeader = "---\nsettings: {}\nvariables: []\n---\n\n"

    static func header(of content: PromptContent) throws -> String {
        var document = PromptDocument(body: "")
        document.isChat = content.type == .chat
        document.settings = content.settings
        document.variables = content.variables
        // A newline ends the file: it belongs to the body that follows.
        return String(decoding: try document.written(as: .markdown).dropLast(), as: UTF8.self)
    }
}

extension PromptContent {
    package var hasParticulars: Bool { type != .text || !settings.isEmpty || !variables.isEmpty }
}

extension PromptDocument {
    fileprivate var isOnlyContent: Bool {
        var bare = self
        (bare.isChat, bare.settings, bare.variables) = (false, [:], [])
        return bare == PromptDocument(body: body)
    }
}

extension MergePlan {
    /// Whether the text for the editor has front matter.
    package var isWhole: Bool {
        [merged.sides.ours, merged.sides.theirs, merged.sides.base].contains(where: \.hasParticulars)
    }

    /// Both sides in one text for an editor, with markers around what they disagree on.
    package func marked() throws -> String {
        let body = merged.text.marked(ours: oursName, base: baseName, theirs: theirsName)
        guard isWhole else { return body }
        let sides = merged.sides
        let headers = try [sides.base, sides.ours, sides.theirs].map {
            $0.hasParticulars ? try EditText.header(of: $0) : "---\n---\n\n"
        }
        let header = mergeTexts(base: headers[0], ours: headers[1], theirs: headers[2])
        return header.marked(ours: oursName, base: baseName, theirs: theirsName) + body + "\n"
    }

    /// - Throws: `conflict` where markers are left.
    package func content(ofMarked text: String) throws -> PromptContent {
        guard !MergedText.containsMarkers(text) else {
            throw LibraryError(.conflict, "there are conflict markers left in the text; nothing was merged")
        }
        return try EditText.content(of: text, isWhole: isWhole)
    }
}
