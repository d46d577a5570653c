import FoundationEssentials
import PromptFiles
import Testing

/// A public collection of 1,529 prompts that lies beside the checkout where there is one, and not in it.
private enum Collection {
    static let path = URL(filePath: #filePath).appending(path: "../../../../shared/data/prompts.csv").standardized.path
    static var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    static func read() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }
}

@Suite(.enabled(if: Collection.isThere, "no folder `shared` beside the checkout holds data/prompts.csv"))
struct RealFileTests {
    @Test func everyPromptIsRead() throws {
        let input = try Collection.read()
        #expect(PromptFile.recognise(input) == .csv)
        let file = try PromptFile.read(input, as: .csv)
        #expect(file.documents.count == 1_529)
        #expect(file.rejected.isEmpty)
        #expect(file.documents.count { $0.document.tags == ["for-devs"] } == 136)
        #expect(file.documents.count { $0.document.category == "structured" } == 230)
        #expect(file.documents.allSatisfy { $0.document.metadata?.keys.elementsEqual(["contributor"]) == true })
        #expect(file.documents.map(\.document.body.utf8.count).max() ?? 0 > 144_000)
    }

    /// Written anew with every field in quotes, the file holds the very bytes of every body again.
    @Test func everyBodyIsInTheFileByteForByte() throws {
        let input = try Collection.read()
        let file = try PromptFile.read(input, as: .csv)
        var written = bytes("act,prompt\n")
        for placed in file.documents {
            written += bytes("\(quoted(placed.document.name ?? "")),\(quoted(placed.document.body))\n")
        }
        let again = try PromptFile.read(written, as: .csv)
        let areSame = zip(file.documents, again.documents).allSatisfy { sameBytes($0.document.body, $1.document.body) }
        #expect(areSame && again.documents.count == file.documents.count)
        let lines = [0] + input.indices.filter { input[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
        let missing = file.documents.filter { !holds(input[lines[$0.line - 1]...], $0) }.map(\.line)
        #expect(missing.isEmpty)
    }

    @Test(arguments: PromptDocumentFormat.allCases.filter(\.isWritable))
    func everyPromptIsItselfAgain(format: PromptDocumentFormat) throws {
        for placed in try PromptFile.read(Collection.read(), as: .csv).documents {
            let again = try PromptDocument.read(placed.document.written(as: format), as: format)
            if try !same(again, placed.document) { Issue.record("line \(placed.line)") }
        }
    }

    @Test func everyPromptHasAFileNameOfItsOwn() throws {
        let documents = try PromptFile.read(Collection.read(), as: .csv).documents
        let names = PromptFileName.names(for: documents.map { ("\(1_000_000 + $0.line)", $0.document.name ?? "") })
        #expect(Set(names.map { $0.lowercased() }).count == documents.count)
        #expect(names.allSatisfy { $0.utf8.count <= PromptFileName.bytesMax && !$0.isEmpty })
    }

    private func quoted(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\""))\"" }

    /// Whether the body, its quotes doubled where it is quoted, is the second field of the record that starts here.
    /// The name before it may have quotes and spaces that the document's has not.
    private func holds(_ record: ArraySlice<UInt8>, _ placed: PlacedDocument) -> Bool {
        let fields = [quoted(placed.document.body), placed.document.body].map { bytes(",\($0),") }
        let width = placed.document.name?.utf8.count ?? 0
        let names = width...width + 8
        return names.contains { width in fields.contains { record.dropFirst(width).starts(with: $0) } }
    }
}
