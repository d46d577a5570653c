/// Why bytes are not a changeset that can be taken. Equality is by case and content.
package enum ChangesetError: Error, Hashable, CustomStringConvertible {
    /// The bytes end too early.
    case truncated
    /// Something in them can't be so; says what.
    case malformed(String)
    /// They do not begin as a changeset does.
    case notAChangeset
    /// The SHA-256 at the end does not fit.
    case checksumMismatch
    /// It is signed, and the signature is not that of its content by the key that it names.
    case wrongSignature
    /// Made by an Offbook with a newer format.
    case tooNew(String)
    /// A limit was crossed; says which.
    case overLimit(String)

    package var description: String {
        switch self {
        case .truncated: "the changeset ends too early: it was cut off on its way; export or fetch it again"
        case .malformed(let what): "the changeset is damaged: it holds \(what); export or fetch it again"
        case .notAChangeset: "this is not an Offbook changeset: it does not begin like one"
        case .checksumMismatch:
            "the changeset is damaged: its SHA-256 does not match its content; export or fetch it again"
        case .wrongSignature:
            "the changeset's signature is wrong: it was changed after it was signed, or was never signed by the key "
                + "that it names; nothing of it is taken; ask its sender for another one"
        case .tooNew(let what): "the changeset was made by a newer Offbook (\(what)): upgrade this one, then try again"
        case .overLimit(let limit): "the changeset crosses a limit: \(limit)"
        }
    }
}

/// Bounds on what is read from outside (design: limits).
package enum ChangesetLimits {
    package static let pageBytesMax = 4 << 20
    package static let inflatedPageBytesMax = 64 << 20
    package static let rowsPerPageMax = 100_000
    package static let batchesPerPageMax = 1024
    package static let replicasPerPageMax = 65_536
    package static let columnsPerTableMax = 64
    /// Of the name of a table or column.
    package static let nameBytesMax = 200
    /// Rows times columns: 4 kB may say that 100,000 rows have 64 columns of NULL.
    package static let valuesPerPageMax = 2_000_000
    /// Entries of a page's lists of numbers: a byte of one may become eight in memory.
    package static let listEntriesPerPageMax = 2_000_000
    /// Of all packed clocks together.
    package static let clockBytesPerPageMax = 8 << 20
    package static let pagesPerFileMax = 1_000_000
}
