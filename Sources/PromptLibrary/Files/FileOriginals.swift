internal import PromptFiles

/// Of several files that say they are the same prompt, the one that is.
///
/// A copy that begins a new prompt has a name of its own; what it was copied from has kept its. Of
/// several that have, the one is meant that is called as an export calls it.
struct FileOriginals {
    private let claims: [String: [PlacedDocument]]

    init(_ documents: [PlacedDocument]) {
        let exported = documents.filter { $0.document.origin != nil }
        claims = Dictionary(grouping: exported) { $0.document.origin?.promptID ?? "" }.filter { $1.count > 1 }
    }

    /// The file of which this one is a copy; nil where it is none.
    ///
    /// - Throws: `conflict` where it can't be told.
    func original(besides document: PlacedDocument, _ origin: PromptDocument.Origin) throws -> String? {
        guard let files = claims[origin.promptID] else { return nil }
        let unnamed = files.filter { !$0.document.editedFields.contains(.name) }
        let originals = unnamed.count == 1 ? unnamed : unnamed.filter(Self.hasNameOfExport)
        guard originals.count == 1, let original = originals[0].path else {
            throw LibraryError(
                .conflict,
                "several files say that they are this prompt; leave “offbook” in the one that is, and give copies other names"
            )
        }
        return original == document.path ? nil : original
    }

    private static func hasNameOfExport(_ file: PlacedDocument) -> Bool {
        let prompt = (file.document.origin?.promptID ?? "", file.document.name ?? "")
        let name = PromptFileName.names(for: [prompt]).first
        let own = file.path?.split(separator: "/").last ?? ""
        return name.map { own.hasPrefix("\($0).") } ?? false
    }
}
