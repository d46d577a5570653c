internal import Changesets
internal import FoundationEssentials
package import PromptFiles

/// What an export notes in its folder, in the hidden file `.offbook`: the format, and which prompts it
/// wrote and of which versions, so that an import can tell which files are gone. A line a prompt, ordered
/// by the ends of the ids: those of new prompts lie far apart, and branches of a repository merge by
/// themselves. Where they do not, both sides' lines count.
package struct FolderRegister: Sendable, Equatable {
    package var format: PromptDocumentFormat
    /// For a prompt's id the versions that were written, in hexadecimal digits.
    package private(set) var prompts: [String: Set<String>] = [:]

    package static let fileName = ".offbook"
    private static let bytesMax = 16 << 20
    private static let remark = "# Written by offbook export: the prompts whose files are in this folder."

    package init(format: PromptDocumentFormat) { self.format = format }

    mutating func note(_ origin: PromptDocument.Origin) { prompts[origin.promptID] = [origin.versionID] }

    mutating func remove(_ prompt: String) { prompts[prompt] = nil }

    /// Whether this version of the prompt was written.
    func knows(_ prompt: RowID, _ version: RowID?) -> Bool {
        version.map { prompts[prompt.hex]?.contains($0.hex) ?? false } ?? false
    }

    /// Nil where the folder has none.
    ///
    /// - Throws: `invalid` for one that can't be read.
    package init?(in folder: String) throws {
        let path = "\(folder)/\(Self.fileName)"
        guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else { return nil }
        guard size <= Self.bytesMax, let data = try? Data(contentsOf: URL(filePath: path)),
            let text = String(validating: data, as: UTF8.self)
        else { throw LibraryError(.invalid, "\(path) can't be read") }
        try self.init(text, path)
    }

    private init(_ text: String, _ path: String) throws {
        let lines = text.split(whereSeparator: \.isNewline).filter { line in
            !["#", "<<<<<<<", "|||||||", "=======", ">>>>>>>"].contains { line.hasPrefix($0) }
        }
        guard let head = lines.first, head.hasPrefix("format: "),
            let format = PromptDocumentFormat(rawValue: String(head.dropFirst("format: ".count))), format.isWritable
        else {
            throw LibraryError(
                .invalid, "\(path) does not say its format first; remove it, and export into another folder")
        }
        self.init(format: format)
        for line in lines.dropFirst() where line != head {
            let words = line.split(separator: " ")
            guard words.count == 2, words.allSatisfy({ $0.allSatisfy(\.isHexDigit) }) else {
                throw LibraryError(
                    .invalid, "\(path) has the line “\(line.prefix(80))”, which names no prompt and version")
            }
            prompts[String(words[0]), default: []].insert(String(words[1]))
        }
    }

    var bytes: [UInt8] {
        let lines = prompts.flatMap { prompt, versions in versions.map { "\(prompt) \($0)" } }
        let ordered = lines.sorted { ($0.reversedID, $0) < ($1.reversedID, $1) }
        return Array(([Self.remark, "format: \(format.rawValue)"] + ordered).map { "\($0)\n" }.joined().utf8)
    }
}

extension String {
    /// The prompt's id of a line, its last digit first.
    fileprivate var reversedID: String { String(prefix { $0 != " " }.reversed()) }
}
