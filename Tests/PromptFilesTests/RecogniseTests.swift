import PromptFiles
import Testing

@Suite struct RecogniseTests {
    @Test(
        arguments: [
            ("[]", .json), (" \n\t[{}]", .json), ("\u{FEFF}[", .json), ("{}", .json), ("{}\n\n", .json),
            ("{\n\"a\": 1\n}", .json), ("{\"a\": {}}", .json), ("{,}\n{}", .json),
            ("{}\n{}", .jsonl), ("\u{FEFF}\n{\"a\":\"}\"}\r\n\n{\"b\":2}\n", .jsonl), ("{}\nnonsense", .jsonl),
            ("act,prompt", .csv), ("x,Title,BODY\n", .csv), ("\u{FEFF}\"name\",\"text\"\r\n1,2", .csv),
            ("act,answer", nil), ("prompt", nil), ("", nil), ("\u{FEFF} \n", nil), ("Hello, world", nil),
            ("\"act", nil), ("12", nil), ("act;prompt", nil),
        ] as [(String, PromptFileFormat?)])
    func formatsShowInTheContent(text: String, format: PromptFileFormat?) {
        #expect(PromptFile.recognise(bytes(text)) == format)
    }

    @Test(
        arguments: [
            ("act,prompt\na,b", .csv), (#"[{"act":"a","prompt":"b"}]"#, .json),
            ("{\"act\":\"a\",\"prompt\":\"b\"}\n{\"act\":\"c\",\"prompt\":\"d\"}", .jsonl),
        ] as [(String, PromptFileFormat)])
    func readingWithoutAFormat(text: String, format: PromptFileFormat) throws {
        let file = try PromptFile.read(bytes(text))
        #expect(file.format == format)
        #expect(file.documents.first?.document.body == "b")
    }

    @Test(
        arguments: [
            ("", .empty), ("\n ", .empty), ("Hello", .unknownFormat), ("\"open", .unknownFormat),
            ("\0\0", .unknownFormat),
            ("question,answer\n1,2", .missingColumns(found: ["question", "answer"], line: 1)),
        ] as [(String, PromptFileError)])
    func filesThatAreNoneOfThese(text: String, error: PromptFileError) {
        #expect(throws: error) { try PromptFile.read(bytes(text)) }
    }
}

@Suite struct ErrorTests {
    @Test(
        arguments: [
            (.empty, "the file is empty; there is nothing to read"),
            (
                .missingColumns(found: ["a", "b\u{1B}[2J\u{202E}"], line: 1),
                #"line 1: the header does not name a prompt and its text; found the columns "a", "b\u{1B}[2J\u{202E}"; "#
                    + "needed one of act, title, name for the name and one of prompt, body, content, text for the text"
            ),
            (.malformedJSON(line: 7, reason: "why"), "line 7: why"),
            (.nestedTooDeep(line: 2), "line 2: nested more than 64 deep; no prompt needs that"),
            (
                .unterminatedQuote(line: 3),
                "line 3: the quoted field that opens here never ends; close it, and double every quote inside it"
            ),
        ] as [(PromptFileError, String)])
    func descriptions(error: PromptFileError, text: String) { #expect("\(error)" == text) }

    @Test func aListOfColumnsIsCutShort() {
        let found = (1...2_000).map { String(repeating: "x", count: $0) }
        let text = PromptFileError.missingColumns(found: found, line: 1).description
        #expect(text.contains("and 1988 more"))
        #expect(text.utf8.count < 1_000)
    }

    @Test func reasonsAreSafeToPrint() throws {
        let file = try csv("act,prompt,\u{1B}]0;x\u{7}\(String(repeating: "long", count: 20))", "n,b,x\0")
        let reason = try #require(file.rejected.first?.reason)
        #expect(reason.hasPrefix(#""\u{1B}]0;x\u{7}long"#))
        #expect(reason.hasSuffix(#"…" holds a NUL byte; take it out"#))
    }
}
