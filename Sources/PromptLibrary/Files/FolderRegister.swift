internal import FoundationEssentials
package import PromptFiles

/// What an export notes in its folder, in the hidden file `.offbook`: the format, and which prompts it
/// wrote, so that an import can tell which files are gone. A line a prompt, in order, so that two
/// branches of a repository merge it by themselves.
package struct FolderRegister: Sendable, Equatable {
    package var format: PromptDocumentFormat
    /// Prompts' ids, in hexadecimal digits.
    package var prompts: Set<String>

    package static let fileName = ".offbook"
    private static let bytesMax = 16 << 20
    private static let remark = "# Written by offbook export: the prompts whose files are in this folder."

    package init(format: PromptDocumentFormat, prompts: Set<String> = []) {
        self.format = format
        self.prompts = prompts
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
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        guard let head = lines.first, head.hasPrefix("format: "),
            let format = PromptDocumentFormat(rawValue: String(head.dropFirst("format: ".count))), format.isWritable
        else {
            throw LibraryError(
                .invalid, "\(path) does not say its format first; remove it, and export into another folder")
        }
        let ids = lines.dropFirst().map { String($0.prefix { $0 != " " }) }
        if let wrong = ids.first(where: { !$0.allSatisfy(\.isHexDigit) }) {
            throw LibraryError(.invalid, "\(path) has the line “\(wrong)”, which is no prompt's id; is it half merged?")
        }
        self.init(format: format, prompts: Set(ids))
    }

    var bytes: [UInt8] {
        Array(([Self.remark, "format: \(format.rawValue)"] + prompts.sorted()).map { "\($0)\n" }.joined().utf8)
    }
}
