import PromptFiles
import PromptTemplates
import Testing

@Suite struct RoundTripTests {
    private static let writable = PromptDocumentFormat.allCases.filter(\.isWritable)

    @Test(arguments: writable, 0..<4)
    func whatIsWrittenIsReadAgain(format: PromptDocumentFormat, seed: UInt64) throws {
        var documents = RandomDocuments(seed: seed)
        for round in 0..<700 {
            let document = documents.document()
            let written = try document.written(as: format)
            let again = Result { () throws(PromptFileError) in try PromptDocument.read(written, as: format) }
            let isSame = try again.get()
            guard try same(isSame, document), try isSame.written(as: format) == written else {
                Issue.record("round \(round)\n\(document)\n\(text(written))\n\(isSame)")
                return
            }
        }
    }

    @Test func linesAreReadAgainFromAList() throws {
        var documents = RandomDocuments(seed: 5)
        let all = (0..<1_000).map { index in
            var document = documents.document()
            document.name = document.name ?? "prompt \(index)"
            return document
        }
        let lines = try all.flatMap { try $0.writtenAsLine() }
        let file = try PromptFile.read(lines)
        #expect(file.format == .jsonl && file.rejected.isEmpty)
        let areSame = try zip(file.documents, all).allSatisfy { try same($0.document, $1) }
        #expect(areSame && file.documents.count == all.count)
        #expect(file.documents.map(\.line) == Array(1...1_000))
    }

    /// Every text there is of a few hard pieces.
    @Test(arguments: writable)
    func bodiesAreKeptByteForByte(format: PromptDocumentFormat) throws {
        let pieces = ["", "\n", "\r\n", "---\n", "---", "\u{FEFF}", "\u{2028}", "e\u{301}", "😀", " ", "a: b\n", "\r"]
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let document = PromptDocument(body: first + second + third)
                    let again = try PromptDocument.read(document.written(as: format), as: format)
                    #expect(sameBytes(again.body, document.body), "\(format) \(document.body.debugDescription)")
                }
            }
        }
    }

    @Test(arguments: writable)
    func nulIsRefused(format: PromptDocumentFormat) {
        var documents = [PromptDocument(body: "a\0"), PromptDocument(body: "a"), PromptDocument(body: "a")]
        documents[1].metadata = ["\0": "b"]
        documents[2].settings = ["a": .list([.text("\0")])]
        for document in documents {
            #expect(throws: PromptFileError.malformedDocument(reason: "it holds a NUL character; take it out")) {
                try document.written(as: format)
            }
        }
    }

    @Test(arguments: [PromptDocumentFormat.llmTemplate, .pattern])
    func formatsThatAreOnlyRead(format: PromptDocumentFormat) {
        #expect(throws: PromptFileError.notWritable(format)) { try PromptDocument(body: "a").written(as: format) }
    }
}
