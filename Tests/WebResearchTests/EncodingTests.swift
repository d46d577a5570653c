import Testing

@testable import WebResearch

@Suite struct EncodingTests {
    private func text(_ bytes: [UInt8], _ charset: String? = nil) -> String {
        String(decoding: PageEncoding.utf8(bytes, charset: charset), as: UTF8.self)
    }

    @Test(
        "Bytes are read by their charset",
        arguments: [
            ([0x63, 0xE9, 0x80], "iso-8859-1", "cé€"), ([0x63, 0xE9], "\"Latin1\"", "cé"),
            ([0x93, 0x41, 0x94], "windows-1252", "“A”"),
            ([0xC3, 0xA9], "utf-8", "é"), ([0xC3, 0xA9], "UTF8", "é"), ([0x00, 0x41, 0x20, 0xAC], "utf-16be", "A€"),
            ([0x41, 0x00, 0xAC, 0x20], "utf-16", "A€"), ([0xD0, 0xD2], "koi8-r", "пр"),
            ([0xEF, 0xF0], "windows-1251", "пр"),
            ([0x93, 0xFA, 0x96, 0x7B], "Shift_JIS", "日本"), ([0xC6, 0xFC, 0xCB, 0xDC], "euc-jp", "日本"),
            ([0xD6, 0xD0, 0xB9, 0xFA], "gb2312", "中国"), ([0xB1], "iso-8859-2", "ą"), ([0xA4, 0xA4], "big5", "中"),
        ] as [([UInt8], String, String)])
    func charsets(_ bytes: [UInt8], _ charset: String, _ expected: String) {
        #expect(text(bytes, ContentType("text/html; charset=\(charset)").charset) == expected)
    }

    @Test("The server's word goes before a mark, a mark before the page's own, and all before UTF-8")
    func order() {
        let page = Array("<meta charset='iso-8859-1'>".utf8)
        #expect(text(page + [0xE9]).hasSuffix("é"))
        #expect(text(page + [0xC3, 0xA9], "utf-8").hasSuffix("é"))
        #expect(text([0xEF, 0xBB, 0xBF] + page + [0xC3, 0xA9]).hasSuffix("é"))
        #expect(text([0xEF, 0xBB, 0xBF, 0x41]) == "A")
        #expect(text([0xFF, 0xFE, 0x41, 0x00]) == "A")
        #expect(text([0xFE, 0xFF, 0x00, 0x41]) == "A")
        #expect(text([0xC3, 0xA9]) == "é")
        let old = "<META http-equiv=\"Content-Type\" content=\"text/html; charset=windows-1251\">"
        #expect(text(Array(old.utf8) + [0xEF]).hasSuffix("п"))
    }

    @Test(
        "Names that are none are passed over",
        arguments: ["", "nonsense", "utf-8//TRANSLIT", "../../tmp/evil", "ISO-2022-CN-EXT", "\u{0}", "utf-7", "UTF-32"])
    func unknown(_ charset: String) {
        #expect(text([0xC3, 0xA9], charset) == "é")
        #expect(text(Array("<meta charset=\(charset)>é".utf8)).hasSuffix("é"))
    }

    @Test("A page that says in ASCII that it is UTF-16 is not")
    func wrongMeta() { #expect(text(Array("<meta charset=utf-16>é".utf8)).hasSuffix("é")) }

    @Test(
        "What can't be read is replaced, in every encoding",
        arguments: [
            ([0x41, 0xFF, 0xFE, 0x42], "utf-8"), ([0xC3], "utf-8"), ([0xED, 0xA0, 0x80], "utf-8"),
            ([0xF8, 0x88, 0x80, 0x80, 0x80], "utf-8"),
            ([0x41], "utf-16"), ([0x00, 0xD8, 0x41, 0x00], "utf-16le"), ([0xDC, 0x00], "utf-16be"),
            ([0x93], "shift_jis"),
            ([0x41, 0xFF, 0x42], "euc-jp"), ([0x81, 0x20], "gbk"), ([0xA1], "iso-8859-3"),
            ([0xFF, 0xFF, 0xFF], "big5"),
        ] as [([UInt8], String)])
    func broken(_ bytes: [UInt8], _ charset: String) {
        let result = text(bytes, charset)
        #expect(result.contains("\u{FFFD}") || charset == "iso-8859-3" && !result.isEmpty)
    }

    @Test("Any bytes in any encoding give valid text")
    func random() {
        var generator = SystemRandomNumberGenerator()
        let labels = [
            "utf-8", "utf-16le", "utf-16be", "latin1", "koi8-r", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr",
            "windows-1255",
        ]
        for label in labels {
            for _ in 0..<20 {
                let bytes = (0..<500).map { _ in UInt8.random(in: 0...255, using: &generator) }
                let result = PageEncoding.utf8(bytes, charset: label)
                #expect(String(validating: result, as: UTF8.self) != nil)
                #expect(!result.contains(0))
            }
        }
    }

    @Test("Long text in an encoding of the system's goes through whole")
    func long() {
        let bytes = [UInt8](repeating: 0xD0, count: 100_001)
        #expect(text(bytes, "koi8-r") == String(repeating: "п", count: 100_001))
    }

    @Test("A large picture inside of a tag does not end the page")
    func picture() {
        let data = String(repeating: "iVBORw0KGgo+/", count: 20_000)
        let html = "<p>a<img src=\"data:image/png;base64,\(data)==\" alt=x>b</p>base64,"
        #expect(
            EmbeddedData.removed(from: Array(html.utf8))
                == Array("<p>a<img src=\"data:image/png;base64,\" alt=x>b</p>base64,".utf8))
    }

    @Test("Pages come in their encodings over the net")
    func site() async throws {
        try await FixtureSite.run { request in
            switch request.path {
            case "/latin": .bytes(Array("<p>caf".utf8) + [0xE9], type: "text/html; charset=ISO-8859-1")
            case "/broken":
                .bytes(Array("<p>a".utf8) + [0xFF, 0xC0, 0x80] + Array("b".utf8), type: "text/html; charset=utf-8")
            case "/wrong": .bytes(Array("<p>café".utf8), type: "text/html; charset=klingon")
            case "/plain": .bytes(Array("a  <b>\n\n c".utf8), type: "text/plain")
            default:
                .bytes(
                    [0xFE, 0xFF] + "<p>café".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }, type: "text/html")
            }
        } _: { site in
            for (path, expected) in [
                ("/latin", "café"), ("/broken", "a\u{FFFD}\u{FFFD}\u{FFFD}b"), ("/wrong", "café"), ("/utf16", "café"),
                ("/plain", "a  <b>\n c"),
            ] {
                let page = try await site.fetcher().fetch(site.base + path)
                #expect(try await PageText.of(page, charactersMax: 100).text == expected, "\(path)")
            }
        }
    }
}
