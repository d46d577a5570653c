internal import PromptTemplates
package import ReplicaStore

/// What went wrong in a use case, in words that say what to do. Only the code counts for equality.
package struct LibraryError: Error, Equatable, CustomStringConvertible {
    package enum Code: Sendable {
        case notFound
        /// Several things answer to the name; they are listed.
        case ambiguous
        /// The name is taken, the merge has conflicts: the state stands against it.
        case conflict
        case invalid
        case noLibrary
        case notConnected
    }

    package var code: Code
    package var message: String
    /// Which part of what was said is wrong, where that has a name: `rules.patterns[2]`.
    package var field: String?

    package init(_ code: Code, _ message: String, field: String? = nil) {
        (self.code, self.message, self.field) = (code, message, field)
    }

    package static func == (a: Self, b: Self) -> Bool { a.code == b.code }

    package var description: String { message }
}

/// Bounds on what is put into a library (design: limits).
package enum LibraryLimits {
    package static let nameCharactersMax = 200
    package static let bodyBytesMax = 1 << 20
    package static let tagsPerPromptMax = 64
    /// Of the settings' JSON, and of the variables'.
    package static let settingsBytesMax = 1 << 16
    /// Lists and objects in settings, inside one another.
    package static let settingsDepthMax = 32
    package static let importFileBytesMax = 1 << 30
    /// Why something was done.
    package static let reasonCharactersMax = 1000
}

extension LibraryError {
    package static func noLibrary(in directory: DataDirectory) -> LibraryError {
        LibraryError(
            .noLibrary,
            "there is no library in \(directory.path) yet; make one with offbook init, or get your team's with "
                + "offbook connect")
    }

    static func check(name: String) throws {
        guard !name.utf8.allSatisfy({ $0 <= 0x20 }) else { throw LibraryError(.invalid, "a name can't be empty") }
        guard name.count <= LibraryLimits.nameCharactersMax else {
            throw LibraryError(
                .invalid,
                "the name has \(name.count) characters; at most \(LibraryLimits.nameCharactersMax) are allowed")
        }
        guard !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            throw LibraryError(.invalid, "a name can't hold line breaks or other control characters")
        }
    }

    static func check(_ content: VersionContent) throws {
        let sizes = [
            ("text", content.body.count, LibraryLimits.bodyBytesMax),
            ("settings", content.settings.utf8.count, LibraryLimits.settingsBytesMax),
            ("variables", content.variables.utf8.count, LibraryLimits.settingsBytesMax),
        ]
        for (what, bytes, most) in sizes where bytes > most {
            throw LibraryError(.invalid, "the \(what) has \(bytes) bytes; at most \(most) are allowed")
        }
        guard !content.body.contains(0) else { throw LibraryError(.invalid, "the text holds a NUL byte; remove it") }
        guard try content.type != .chat || !ChatText.messages(content.text).isEmpty else {
            throw LibraryError(
                .invalid, "the chat has no message: write a line with a role, such as “user:”, and the message below it"
            )
        }
    }
}
