/// What was read from a folder of prompts, in the order of the paths' bytes.
package struct PromptFolder: Sendable, Equatable {
    /// A file, or one record of it, that could not be read, while the rest could.
    package struct Rejected: Sendable, Equatable {
        /// Relative to the folder.
        package var path: String
        /// The line, counted from 1; nil where it is the file as a whole.
        package var line: Int?
        /// What is wrong with it and what to do about it: safe to print, whatever the file holds.
        package var reason: String

        package init(path: String, line: Int? = nil, reason: String) {
            self.path = path
            self.line = line
            self.reason = reason
        }
    }

    /// Each with a name: where a file says none, it is the file's own, or that of its folder for a `system.md`.
    package var documents: [PlacedDocument] = []
    package var rejected: [Rejected] = []
    /// Files that speak about the folder, such as a `README.md` at its top.
    package var ignored: [String] = []
    /// Symbolic links, none of which is followed.
    package var links: [String] = []
    /// How many files are of other kinds.
    package var others = 0

    package init() {}

    /// How many files a folder may have, of whatever kind.
    package static let filesMax = 100_000
}

package extension PromptFolder {
    /// Reads a folder and those inside it, but for what is hidden and `node_modules`.
    ///
    /// - Throws: `unreadable` where the folder itself cannot be listed; `tooManyFiles`.
    static func read(_ path: String) throws(PromptFileError) -> PromptFolder {
        let walk = try FolderWalk(path)
        var folder = PromptFolder()
        folder.links = walk.links
        folder.others = walk.others
        folder.rejected = walk.closed
        for item in FolderItem.items(of: walk.files) {
            folder.add(item, rootName: walk.rootName) { (file) throws(PromptFileError) in try walk.bytes(of: file) }
        }
        return folder
    }
}
