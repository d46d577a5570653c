import Testing

@testable import WebResearch

@Suite struct AnswerTests {
    @Test(
        "Topics are read out of whatever the model makes of them",
        arguments: [
            ("[\"a\", \"b\"]", ["a", "b"]), ("```json\n[\"a b\"]\n```", ["a b"]),
            ("Here: {\"topics\": [\"a\"]} done.", ["a"]),
            ("- one topic\n- two topics.", ["one topic", "two topics."]), ("1. \"one\"\n2) two", ["one", "two"]),
            ("swift actors\nswift tasks", ["swift actors", "swift tasks"]),
            ("[\"a\", \"A\", \"  \", \"b\\n c\"]", ["a", "b c"]),
            ("Here are topics:\n* **one**", ["one"]), ("[]", []), ("", []), ("I can't help with that.", []),
            ("[1, 2]", []),
            ("[\"a\", {\"b\": 1}]", []), ("[[[[", []), ("{\"a\": \"b\"}", []), ("```\n```", []),
        ] as [(String, [String])])
    func topics(_ answer: String, _ expected: [String]) {
        #expect(TopicList.read(answer, max: 4) == expected)
    }

    @Test("Not more topics than asked for, and none that is long")
    func bounds() {
        let many = "[\((0..<99).map { "\"t\($0)\"" }.joined(separator: ","))]"
        #expect(TopicList.read(many, max: 2) == ["t0", "t1"])
        let long = TopicList.read("[\"\(String(repeating: "x", count: 5000))\"]", max: 2)
        #expect(long.map(\.count) == [160])
        #expect(TopicList.read(String(repeating: "[", count: 100_000), max: 2).isEmpty)
    }

    @Test(
        "Citations of nothing are taken out",
        arguments: [
            ("a [1] b [3].", "a [1] b [3].", [1, 3], false), ("a [4].", "a.", [], true), ("a[4] b", "a b", [], true),
            ("a [1, 4] b", "a [1] b", [1], true), ("a [1-3].", "a [1-3].", [1, 2, 3], false),
            ("a [2-9].", "a [2][3].", [2, 3], true),
            ("[0][1]", "[1]", [1], true), ("a [999999999999]", "a [999999999999]", [], false),
            ("a [x] [1](u)", "a [x] [1](u)", [1], false),
            ("`a[7]` b[7]", "`a[7]` b", [], true), ("a [^2]", "a [^2]", [2], false), ("", "", [], false),
            ("[", "[", [], false),
        ] as [(String, String, [Int], Bool)])
    func citations(_ text: String, _ expected: String, _ cited: [Int], _ hasUnknown: Bool) {
        let result = Citations.checked(text, known: 1...3)
        #expect(result.text == expected)
        #expect(result.cited.sorted() == cited)
        #expect(result.hasUnknown == hasUnknown)
    }

    @Test(
        "Content types are read",
        arguments: [
            ("text/html", "text/html", nil), ("Text/HTML; Charset=\"UTF-8\"; x=y", "text/html", "UTF-8"), ("", "", nil),
            (";", "", nil),
            ("text/html;charset", "text/html", nil), ("text/html; charset=", "text/html", nil),
        ] as [(String, String, String?)])
    func contentTypes(_ header: String, _ media: String, _ charset: String?) {
        let type = ContentType(header)
        #expect((type.media, type.charset) == (media, charset))
    }
}
