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

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package static func == (a: Self, b: Self) -> Bool { a.code == b.code }

    package var description: String { message }
}

/// Bounds on what is put into a library (design: limits).
package enum LibraryLimits {
    package static let nameCharactersMax = 200
    package static let bodyBytesMax = 1 << 20
    package static let tagsPerPromptMax = 64
    package static let importFileBytesMax = 1 << 30
}

extension LibraryError {
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

    static func check(body: String) throws {
        guard body.utf8.count <= LibraryLimits.bodyBytesMax else {
            throw LibraryError(
                .invalid, "the text has \(body.utf8.count) bytes; at most \(LibraryLimits.bodyBytesMax) are allowed")
        }
        guard !body.utf8.contains(0) else { throw LibraryError(.invalid, "the text holds a NUL byte; remove it") }
    }
}
