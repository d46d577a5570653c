import PromptTemplates
import Testing

@Suite struct ValueTests {
    @Test(
        arguments: [
            ("null", .null), (" true ", true), ("false", false), ("0", .number("0")), ("-0.50E+7", .number("-0.50E+7")),
            ("1e400", .number("1e400")), (#""""#, ""),
            (#""a\"\\\/\b\f\n\r\t\u00e9\uD83D\uDE00""#, "a\"\\/\u{8}\u{C}\n\r\té😀"),
            (#""\u0000""#, "\0"), ("[]", .list([])),
            ("[ 1 , [ ] , {} ]", .list([.number("1"), .list([]), .object([:])])),
            (#"{"a":{"b":"c"},"":null}"#, .object(["a": .object(["b": "c"]), "": .null])),
            ("\u{FEFF}[true]", .list([true])),
            ("\r\n\t1\n", .number("1")),
        ] as [(String, TemplateValue)])
    func reading(json: String, value: TemplateValue) throws { #expect(try TemplateValue(json: json.utf8) == value) }

    @Test(arguments: [
        ("", 1, 1), (" \n ", 2, 2), ("nul", 1, 1), ("truex", 1, 5), ("01", 1, 1), ("1.", 1, 1), (".5", 1, 1),
        ("+1", 1, 1),
        ("1e", 1, 1), ("-", 1, 1), ("1 2", 1, 3), ("[1,]", 1, 4), ("[1 2]", 1, 4), ("[1", 1, 3), ("[", 1, 2),
        ("{", 1, 2),
        (#"{"a"}"#, 1, 5), (#"{"a":}"#, 1, 6), (#"{"a":1,}"#, 1, 8), ("{a:1}", 1, 2), (#"{"a":1"#, 1, 7),
        (#""a"#, 1, 1),
        ("[\"a\nb\"]", 1, 4), (#""\x""#, 1, 4), (#""\u12""#, 1, 4), (#""\u+123""#, 1, 4), (#""\ud83d""#, 1, 8),
        (#""\ud83d\u0041""#, 1, 14), (#""\udc00""#, 1, 8), (#""\"#, 1, 3), ("'a'", 1, 1), ("\u{A0}1", 1, 1),
        (#"{"a":1,"a":2}"#, 1, 11), ("{\"é\":1,\n\"e\u{301}\":2}", 2, 5), ("]", 1, 1), ("[}", 1, 2),
    ])
    func notJSON(json: String, line: Int, column: Int) {
        do {
            _ = try TemplateValue(json: json.utf8)
            Issue.record("read as JSON")
        } catch {
            #expect(error.place == place(line, column))
            if case .malformedJSON = error { return }
            Issue.record("\(error)")
        }
    }

    @Test func notUTF8() {
        #expect(throws: TemplateError.malformedJSON(reason: "it is not valid UTF-8", at: place(1, 1))) {
            try TemplateValue(json: [0x22, 0xFF, 0x22])
        }
    }

    @Test func nesting() throws {
        let nested = { String(repeating: "[", count: $0) + String(repeating: "]", count: $0) }
        let deepest = try TemplateValue(json: nested(65).utf8)
        #expect(try render("{x}", .fstring, ["x": deepest]) == nested(65))
        #expect(throws: TemplateError.nestingTooDeep(limit: 64, at: place(1, 66))) {
            try TemplateValue(json: nested(66).utf8)
        }
        #expect(throws: TemplateError.self) { try TemplateValue(json: nested(1_000_000).utf8) }
        #expect(failure("{x}", .fstring, ["x": .list([deepest])]) == .nestingTooDeep(limit: 64, at: nil))
    }

    @Test func writing() throws {
        let json = #"{"":[],"a":"\"\\/\n\r\t\u0001\u001f","b":[1.10,true,false,null],"z":{},"é":"😀"}"#
        let value = try TemplateValue(json: json.utf8)
        #expect(bytes(try render("{x}", .fstring, ["x": value])) == bytes(json))
    }
}
