internal import NIOPosix

/// What a person would read of a page.
package struct PageText: Sendable, Equatable {
    package var title: String
    /// A paragraph, heading, item or cell a line.
    package var text: String
    /// Whether there was more.
    package var isCut: Bool

    static let titleMax = 200

    /// - Parameter charactersMax: of the text.
    /// - Throws: `ResearchError` of code `libraryMissing` or `cancelled`.
    package static func of(_ page: FetchedPage, charactersMax: Int) async throws(ResearchError) -> PageText {
        do {
            // A page takes milliseconds, and one that is made for it some seconds: not on the threads of all tasks.
            return try await NIOThreadPool.singleton.runIfActive { try read(page, charactersMax: charactersMax) }
        } catch {
            throw ResearchError.of(error)
        }
    }

    static func read(_ page: FetchedPage, charactersMax: Int) throws(ResearchError) -> PageText {
        let decoded = PageEncoding.utf8(page.bytes, charset: page.type.charset)
        if page.type.media == "text/plain" {
            var folded = FoldedText(charactersMax: charactersMax)
            folded.add(String(decoding: decoded, as: UTF8.self), keepsSpace: true)
            return PageText(title: "", text: folded.text, isCut: folded.isCut || page.isCut)
        }
        var result = try read(html: EmbeddedData.removed(from: decoded), charactersMax: charactersMax)
        result.isCut = result.isCut || page.isCut
        return result
    }

    /// Where nothing is left, the whole page may be one form, as some frameworks make it: then forms are read.
    static func read(html: [UInt8], charactersMax: Int) throws(ResearchError) -> PageText {
        let library = try HTMLLibrary.shared()
        let first = library.read(html, PageTextReader(charactersMax: charactersMax))
        let (reader, isWhole) =
            first.0.text.isEmpty
            ? library.read(html, PageTextReader(charactersMax: charactersMax, dropsForms: false)) : first
        return PageText(title: reader.title, text: reader.text, isCut: reader.isCut || !isWhole)
    }
}
