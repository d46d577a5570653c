import PromptFiles
import Testing

@Suite struct JSONTests {
    @Test(arguments: [
        #"[{"name": "n", "prompt": "b"}]"#,
        #"{"name": "n", "prompt": "b"}"#,
        #"{"prompts": [{"TITLE": "n", "Body": "b"}]}"#,
        #"{"Items": [{"act": " n ", "text": "b"}]}"#,
        "\u{FEFF}[{\"name\":\"n\",\"content\":\"b\"}] \n",
        #"[{"name": "n", "prompt": "b", "tags": null, "category": null, "description": null, "x": null}]"#,
        #"[{"name": "n", "prompt": "b", "tags": [], "category": "", "description": "", "x": ""}]"#,
    ])
    func theShapesOfAFile(text: String) throws {
        let expected = placed(name: "n", body: "b", line: 1)
        #expect(try json(text) == PromptFile(format: .json, documents: [expected]))
    }

    @Test func whatStandsBesideTheListIsNamed() throws {
        let file = try json(#"{"version": 1, "items": [], "prompts": [{"name": "n", "body": "b"}], "by": "me"}"#)
        #expect(file.documents.count == 1)
        #expect(file.ignored == ["version", "items", "by"])
    }

    @Test func aPromptMayHaveItems() throws {
        let file = try json(#"{"name": "n", "body": "b", "items": [1, "2"]}"#)
        #expect(file.documents == [placed(name: "n", body: "b", metadata: ["items": #"[1,"2"]"#], line: 1)])
    }

    /// A value, and the text it is kept as under its own name.
    @Test(arguments: [
        (#""text""#, "text"), ("7", "7"), ("-0", "-0"), ("1.10", "1.10"), ("1e400", "1e400"), ("1E+2", "1E+2"),
        ("12345678901234567890123", "12345678901234567890123"), ("true", "true"), ("false", "false"),
        (#"[ 1 , [ ] , { } , null ]"#, "[1,[],{},null]"),
        (#"{ "b" : 1 , "a" : { "d" : "x/\u00e9\n" , "c" : 1.50 } }"#, #"{"a":{"c":1.50,"d":"x/é\n"},"b":1}"#),
        (#"["a", "b,c"]"#, #"["a","b,c"]"#), (#""\ud83d\ude00 \"q\"""#, "😀 \"q\""),
        (#"{"k": 1, "k": 2}"#, #"{"k":1,"k":2}"#),
    ])
    func otherFieldsAreMetadata(value: String, kept: String) throws {
        let file = try json(#"[{"name": "n", "body": "b", "x": \#(value)}]"#)
        #expect(file.rejected.isEmpty)
        #expect(sameBytes(file.documents.first?.document.metadata?["x"], kept))
    }

    @Test func fieldsOfOneNameAllKeepTheirValues() throws {
        let accents = "\"e\u{301}\":1,\"\u{E9}\":2"
        let file = try json("[{\"name\":\"n\",\"body\":\"b\",\(accents),\"x\":3,\"x\":4,\"Name\":5}]")
        let metadata = ["e\u{301}": "1", "\u{E9} (2)": "2", "x": "3", "x (2)": "4", "Name": "5"]
        #expect(file.documents == [placed(name: "n", body: "b", metadata: metadata, line: 1)])
    }

    @Test(arguments: [
        (#""tags": [" a ", "b,c", "", "a"]"#, ["a", "b,c"]),
        (#""tags": " a ;b,,a""#, ["a", "b"]),
        (#""tags": ["a"], "for_devs": true"#, ["a", "for-devs"]),
        (#""for_devs": "TRUE""#, ["for-devs"]),
        (#""for_devs": false"#, []),
        ("\"tags\": [\"e\u{301}\", \"\u{E9}\"]", ["e\u{301}", "\u{E9}"]),
    ])
    func tags(fields: String, tags: [String]) throws {
        let file = try json(#"{"name": "n", "body": "b", \#(fields)}"#)
        #expect(file.documents == [placed(name: "n", body: "b", tags: tags, line: 1)])
    }

    @Test(
        arguments: [
            (#""type": "TEXT""#, "text", [:]),
            (#""type": "TEXT", "category": "Art""#, "Art", ["type": "TEXT"]),
            (#""type": "TEXT", "category": null"#, "text", [:]),
            (#""type": 3"#, nil, ["type": "3"]),
        ] as [(String, String?, [String: String])])
    func categories(fields: String, category: String?, metadata: [String: String]) throws {
        let file = try json(#"{"name": "n", "body": "b", \#(fields)}"#)
        #expect(file.documents == [placed(name: "n", body: "b", category: category, metadata: metadata, line: 1)])
    }

    @Test func aBodyIsKeptByteForByte() throws {
        let file = try json(#"[{"name": "n", "body": " \r\n\te\u0301 é \/ \u2028\ufeff "}]"#)
        #expect(sameBytes(file.documents.first?.document.body, " \r\n\te\u{301} é / \u{2028}\u{FEFF} "))
    }

    @Test func linesAreThoseOfTheFile() throws {
        let file = try json(
            "\n[\n {\"name\": \"a\",\n  \"body\": \"1\"},\r\n\n {\"name\":\"b\",\"body\":\"2\"}, 3,\n4\n]")
        #expect(file.documents.map(\.line) == [3, 6])
        #expect(file.rejected.map(\.line) == [6, 7])
    }

    @Test(arguments: [
        ("3", "not a JSON object; write each prompt as"),
        ("[]", "not a JSON object; write each prompt as"),
        ("nonsense", "not a JSON object; write each prompt as"),
        ("{}", "no field for the name; add one called act, or title, or name"),
        (#"{"name": "n"}"#, "no field for the text; add one called prompt, or body, or content, or text"),
        (#"{"name": null, "body": "b"}"#, "no field for the name"),
        (#"{"name": " ", "body": "b"}"#, #"the name ("name") is empty"#),
        (#"{"name": "n", "body": ""}"#, #"the text ("body") is empty"#),
        (#"{"name": 1, "body": "b"}"#, #"the name ("name") is a number where a string is needed"#),
        (#"{"name": "n", "body": 1}"#, #"the text ("body") is a number where a string is needed"#),
        (#"{"name": "n", "body": true}"#, #"the text ("body") is a boolean where"#),
        (#"{"name": "n", "body": ["b"]}"#, #"the text ("body") is an array where"#),
        (#"{"name": "n", "body": {"b": 1}}"#, #"the text ("body") is an object where"#),
        (#"{"name": "n", "body": "b", "description": 1}"#, #"the description ("description") is a number where"#),
        (#"{"name": "n", "body": "b", "category": 1}"#, #"the category ("category") is a number where"#),
        (#"{"name": "n", "body": "b", "tags": 1}"#, #""tags" is a number; make it an array of strings"#),
        (#"{"name": "n", "body": "b", "tags": ["a", 1]}"#, #""tags" is an array of more than strings; make it"#),
        (#"{"name": "n", "body": "a\u0000b"}"#, #""body" holds a NUL character (\u0000); take it out"#),
        (#"{"name": "n", "body": "b", "tags": ["\u0000"]}"#, #""tags" holds a NUL character"#),
        (#"{"name": "n", "body": "b", "\u0000": 1}"#, "a field's name holds a NUL character"),
        ("{\"name\": \"n\", \"body\": \"a\0b\"}", #""body" holds a NUL byte; take it out"#),
        ("{\"name\": \"n\", \"body\": \"a\nb\"}", #""body" holds a line break, a control character or an escape"#),
        (#"{"name": "n", "body": "\ud83d"}"#, #""body" holds a line break, a control character or an escape"#),
        (#"{"name": "n", "body": "\x"}"#, #""body" holds a line break, a control character or an escape"#),
        (#"{"name": "n", "body": "b", "x": tru}"#, #""x" is not a JSON value; a string needs double quotes"#),
        (#"{"name": "n", "body": "b", "x": [01]}"#, #""x" is not a JSON value"#),
    ])
    func badRecordsAreNamedAndTheRestIsRead(record: String, reason: String) throws {
        let file = try json(#"[{"name": "a", "body": "1"},\#n\#(record),{"name": "b", "body": "2"}]"#)
        #expect(file.documents.map(\.document.name) == ["a", "b"])
        try #require(file.rejected.count == 1)
        #expect(file.rejected[0].line == 2)
        #expect(file.rejected[0].reason.hasPrefix(reason), "\(file.rejected[0].reason)")
    }

    @Test func invalidUTF8IsRefusedAndNeverRepaired() throws {
        let input = bytes(#"[{"name": "n", "body": "a"#) + [0xFF] + bytes("\"},{\"") + [0xC3] + bytes("\": 1}]")
        let file = try PromptFile.read(input, as: .json)
        let reasons = ["\"body\" is not valid UTF-8", "a field's name is not valid UTF-8"]
        #expect(file.rejected.map(\.reason) == reasons.map { "\($0); save the file as UTF-8" })
    }

    @Test(arguments: ["-", "01", "1.", ".5", "1e", "+1", "0x1", "1 2", "NaN", "Infinity", "--1", "1.e1", "True", "nul"])
    func whatIsNoNumber(value: String) throws {
        #expect(try json(#"[{"name": "n", "body": "b", "x": \#(value)}]"#).rejected.count == 1)
    }

    @Test(arguments: [
        ("[", 1), ("[\n{\"a\": 1}", 1), ("[\n{}\n,]", 3), ("[,{}]", 1), ("[{}\n{}]", 2), ("[{}]\n x", 2), ("[}", 1),
        ("\n{\"a\"\n 1}", 3), ("{\"a\":\n}", 1), ("{a: 1}", 1), ("[{\"a\": \n\"b}]", 2), ("{\"a\": 1,}", 1),
        ("\"text\"", 1), ("\n12", 2), ("[{\"a\": [1}]", 1), ("[{\"name\":\"n\" \"body\":\"b\"}]", 1),
        ("[{\"a\": \"b\"\n\"c\": 1}]", 2), ("[{\"a\": {\"b\" 1}}]", 1), ("{\"a\": \"\\\"}", 1), ("{\"\\", 1),
    ])
    func malformedFilesAreRefusedWithTheLine(text: String, line: Int) {
        do throws(PromptFileError) {
            _ = try PromptFile.read(bytes(text), as: .json)
            Issue.record("was read")
        } catch {
            guard case .malformedJSON = error else {
                Issue.record("\(error)")
                return
            }
            #expect(error.line == line, "\(error)")
        }
    }

    @Test(arguments: ["[", #"{"a":"#, #"[{"a":"#])
    func nestingIsBounded(opening: String) {
        let text = bytes("\n" + String(repeating: opening, count: 1_000_000))
        #expect(throws: PromptFileError.nestedTooDeep(line: 2)) { try PromptFile.read(text, as: .json) }
    }

    @Test(arguments: [(62, true), (63, false)])
    func theDeepestNestingIsSixtyFour(depth: Int, isRead: Bool) throws {
        let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        let read = {
            try json(#"[{"name": "n", "body": "b", "x": \#(value)}]"#).documents.first?.document.metadata?["x"]
        }
        if isRead {
            #expect(try read() == value)
        } else {
            #expect(throws: PromptFileError.nestedTooDeep(line: 1)) { try read() }
        }
    }
}

@Suite struct JSONLinesTests {
    @Test func everyLineIsARecord() throws {
        let file = try jsonl("\u{FEFF}{\"name\":\"a\",\"body\":\"1\"}\r", "", " \t", #" {"act":"b","prompt":"2"} "#)
        let drafts = [placed(name: "a", body: "1", line: 1), placed(name: "b", body: "2", line: 4)]
        #expect(file == PromptFile(format: .jsonl, documents: drafts))
    }

    @Test(arguments: [
        ("3", "not a JSON object"), ("[]", "not a JSON object"), ("nonsense", "not a JSON object"),
        ("{\"a\": 1", "the bracket that opens here is never closed"),
        ("{\"a\": 1,}", "a comma with nothing beside it"),
        ("{\"a\": \"b", "the string that opens here never ends"),
        ("{} {}", "something follows the closing bracket"),
        (#"{"name": "n", "body": 1}"#, #"the text ("body") is a number"#),
        (String(repeating: "{\"a\":", count: 65), "nested more than 64 deep"),
    ])
    func aBadLineCostsItselfAlone(line: String, reason: String) throws {
        let file = try jsonl(#"{"name":"a","body":"1"}"#, line, #"{"name":"b","body":"2"}"#)
        #expect(file.documents.map(\.document.name) == ["a", "b"])
        try #require(file.rejected.count == 1)
        #expect(file.rejected[0].line == 2)
        #expect(file.rejected[0].reason.hasPrefix(reason), "\(file.rejected[0].reason)")
    }

    @Test func nothingIsAnError() {
        #expect(throws: PromptFileError.empty) { try jsonl("", " ") }
    }
}
