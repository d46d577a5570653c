import PromptFiles
import Testing

@Suite struct CSVTests {
    /// The body that the second field of one record comes to.
    @Test(arguments: [
        (#"plain"#, "plain"),
        (#""quoted""#, "quoted"),
        (#""a, comma""#, "a, comma"),
        (#""say ""hi"" twice""#, #"say "hi" twice"#),
        (#""""""#, #"""#),
        (#""""""""#, #""""#),
        ("\"one\ntwo\"", "one\ntwo"),
        ("\"one\r\ntwo\r\n\"", "one\r\ntwo\r\n"),
        ("\"a lone\rreturn\"", "a lone\rreturn"),
        ("a lone\rreturn", "a lone\rreturn"),
        (#"a 5" screen"#, #"a 5" screen"#),
        ("  kept  ", "  kept  "),
        (" \"not a quoted field\"", " \"not a quoted field\""),
        ("مرحبا 👩🏽‍💻 e\u{301}", "مرحبا 👩🏽‍💻 e\u{301}"),
        (" \u{301}", " \u{301}"),
    ])
    func aBodyIsKeptByteForByte(field: String, body: String) throws {
        for end in ["", "\n", "\r\n"] {
            let file = try PromptFile.read(bytes("act,prompt\r\nName,\(field)\(end)"), as: .csv)
            try #require(file.documents.count == 1 && file.rejected.isEmpty)
            #expect(sameBytes(file.documents[0].document.body, body))
        }
    }

    @Test func everyColumnFindsItsPlace() throws {
        let file = try csv(
            "act,prompt,for_devs,type,contributor,description,tags", "N,B,TRUE,TEXT,\"a,b\",D,\" x; y,x,, \"")
        let expected = placed(
            name: "N", body: "B", description: "D", category: "text", tags: ["x", "y", "for-devs"],
            metadata: ["contributor": "a,b"], line: 2)
        #expect(file == PromptFile(format: .csv, documents: [expected]))
    }

    @Test(arguments: [
        "act,prompt", "title,body", "name,content", "name,text", "ACT,PROMPT", "Title,Body", " name , \"text\" ",
        "\u{FEFF}act,prompt", "\u{FEFF}\"act\",prompt",
    ])
    func namesOfColumns(header: String) throws {
        let draft = try #require(try csv(header.replacing(" \"text\" ", with: "\"text\""), "N,B").documents.first)
        #expect(draft == placed(name: "N", body: "B", line: 2))
    }

    @Test func theFirstAliasWinsAndTheOtherIsMetadata() throws {
        let draft = try #require(try csv("content,name,prompt,title", "c,n,p,t").documents.first)
        #expect(draft == placed(name: "t", body: "p", metadata: ["content": "c", "name": "n"], line: 2))
    }

    @Test func columnsOfOneNameAllKeepTheirValues() throws {
        let header = "act,prompt,note,note,note (2),,e\u{301},\u{E9},prompt,note"
        let draft = try #require(try csv(header, "n,b,1,2,3,4,5,6,7,8").documents.first)
        let expected = [
            "note": "1", "note (2)": "2", "note (2) (2)": "3", "column 6": "4", "e\u{301}": "5", "\u{E9} (2)": "6",
            "prompt": "7", "note (3)": "8",
        ]
        #expect((draft.document.metadata ?? [:]) == expected)
    }

    @Test(
        arguments: [
            ("category,type", "Art,TEXT", "Art", ["type": "TEXT"]),
            ("category,type", ",TEXT", nil, ["type": "TEXT"]),
            ("type,type", "TEXT,IMAGE", "text", ["type (2)": "IMAGE"]),
            ("type,x", ",", nil, [:]),
        ] as [(String, String, String?, [String: String])])
    func categories(header: String, row: String, category: String?, metadata: [String: String]) throws {
        let draft = try #require(try csv("act,prompt,\(header)", "n,b,\(row)").documents.first)
        #expect(draft.document.category == category)
        #expect((draft.document.metadata ?? [:]) == metadata)
    }

    @Test(
        arguments: [
            ("TRUE", ["a", "for-devs"], [:]),
            ("true", ["a", "for-devs"], [:]),
            ("FALSE", ["a"], [:]),
            ("", ["a"], [:]),
            ("maybe", ["a"], ["for_devs": "maybe"]),
        ] as [(String, [String], [String: String])])
    func theMarkForDevelopers(value: String, tags: [String], metadata: [String: String]) throws {
        let draft = try #require(try csv("act,prompt,tags,for_devs", "n,b,a,\(value)").documents.first)
        #expect((draft.document.tags ?? []) == tags)
        #expect((draft.document.metadata ?? [:]) == metadata)
    }

    @Test func theMarkForDevelopersIsNoSecondTag() throws {
        #expect(try csv("act,prompt,tags,for_devs", "n,b,for-devs,TRUE").documents.first?.document.tags == ["for-devs"])
    }

    @Test func namesAreTrimmedOfASCIIWhitespaceOnly() throws {
        let file = try csv("act,prompt", "\" \t\r\nN  n\u{A0}\n\",b", " \u{301},b", "\"a\u{301} \",b")
        #expect(sameBytes(file.documents[0].document.name, "N  n\u{A0}"))
        #expect(sameBytes(file.documents[1].document.name, "\u{301}"))
        #expect(sameBytes(file.documents[2].document.name, "a\u{301}"))
    }

    @Test func linesAreThoseOfTheFile() throws {
        let file = try csv("act,prompt", "", "a,\"1\n2\n3\"", "b,2", "\r", "c", "d,4")
        #expect(file.documents.map(\.line) == [3, 6, 9])
        #expect(file.rejected.map(\.line) == [8])
    }

    @Test(arguments: [
        ("n", "1 field where the header has 3"),
        ("n,b,x,y", "4 fields where the header has 3"),
        (",b,x", #"the name ("act") is empty; fill it in"#),
        ("\" \n\",b,x", #"the name ("act") is empty; fill it in"#),
        ("n,,x", #"the text ("prompt") is empty; fill it in"#),
        ("n,\"\",x", #"the text ("prompt") is empty; fill it in"#),
        ("n,b\0,x", #""prompt" holds a NUL byte; take it out"#),
        ("n,b,\"x\"y", #""note" goes on after its closing quote; double every quote inside a field"#),
    ])
    func badRowsAreNamedAndTheRestIsRead(row: String, reason: String) throws {
        let file = try csv("act,prompt,note", "one,1,", row, "two,2,")
        #expect(file.documents.map(\.document.name) == ["one", "two"])
        try #require(file.rejected.count == 1)
        #expect(file.rejected[0].line == 3)
        #expect(file.rejected[0].reason.hasPrefix(reason))
    }

    @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]])
    func invalidUTF8IsRefusedAndNeverRepaired(broken: [UInt8]) throws {
        for (before, after, column) in [("n", ",b", "act"), ("n,b", "", "prompt"), ("n,\"\"\"b", "\"", "prompt")] {
            let input = bytes("act,prompt\n\(before)") + broken + bytes("\(after)\nok,ok")
            let file = try PromptFile.read(input, as: .csv)
            #expect(file.documents.map(\.document.name) == ["ok"])
            let reason = "\"\(column)\" is not valid UTF-8; save the file as UTF-8"
            #expect(file.rejected == [RejectedRow(line: 2, reason: reason)])
        }
    }

    @Test(
        arguments: [
            ("a,b", .missingColumns(found: ["a", "b"], line: 1)),
            ("act,answer\n1,2", .missingColumns(found: ["act", "answer"], line: 1)),
            ("\n\nprompt\nx", .missingColumns(found: ["prompt"], line: 3)),
            ("act,prompt\na,b\nc,\"d\n\ne,f", .unterminatedQuote(line: 3)),
            ("act,prompt\na,\"b\"\"", .unterminatedQuote(line: 2)),
            ("\"act", .unterminatedQuote(line: 1)),
            ("", .empty), (" \n\r\n", .empty), ("\u{FEFF}", .empty),
        ] as [(String, PromptFileError)])
    func filesThatCannotBeRead(text: String, error: PromptFileError) {
        #expect(throws: error) { try PromptFile.read(bytes(text), as: .csv) }
    }

    @Test func aHeaderThatIsNotText() {
        let reason = #"in the header, "column 2" is not valid UTF-8; save the file as UTF-8"#
        #expect(throws: PromptFileError.unreadableHeader(line: 1, reason: reason)) {
            try PromptFile.read(bytes("act,") + [0xFF], as: .csv)
        }
    }

    @Test func aHeaderAloneIsAFileOfNothing() throws {
        #expect(try csv("act,prompt") == PromptFile(format: .csv))
    }
}
