import Testing

@testable import WebResearch

@Suite struct PageTextTests {
    private func read(_ html: String, max: Int = 20_000) throws -> PageText {
        try PageText.read(html: Array(html.utf8), charactersMax: max)
    }

    @Test("A page is read as a person reads it")
    func readable() throws {
        let page = try read(
            """
            <!DOCTYPE html><html><head><title> A  page
             of ours </title><style>p { color: red }</style><script>var a = "<p>no</p>";</script></head>
            <body><nav><a href="/">Home</a></nav><header><h1>Heading</h1></header>
            <p>One   <b>bold</b>
            word &amp; a <a href="/x">link</a>.</p><p>Two<br>lines</p>
            <ul><li>first</li><li>second</li></ul>
            <table><tr><td>a</td><td>b</td></tr></table>
            <pre>code {
              indented
            }</pre>
            <form><input value="x"><p>search</p></form><noscript>no script</noscript>
            <svg><title>icon</title><text>drawn</text></svg><template><p>later</p></template>
            <footer>© 2026</footer><script>alert("end")</script></body></html>
            """)
        #expect(page.title == "A page of ours")
        #expect(
            page.text == """
                Heading
                One bold word & a link.
                Two
                lines
                first
                second
                a
                b
                code {
                  indented
                }
                """)
        #expect(!page.isCut)
    }

    @Test(
        "What is hidden is left out",
        arguments: [
            "<p hidden>X</p>", "<div style='display: none'><p>X</p></div>",
            "<span style=\"VISIBILITY:hidden\">X</span>",
            "<div aria-hidden=true><div><div>X</div></div></div>", "<p style='font-size:0'>X</p>", "<!-- X -->",
            "<p style='opacity:0'>X</p>", "<div role=navigation>X</div>", "<textarea>X</textarea>", "<input hidden>",
            "<object>X</object>", "<title>t</title><style>X</style>",
        ])
    func hidden(_ html: String) throws {
        #expect(try read("<p>before</p>\(html)<p>after</p>").text == "before\nafter")
    }

    @Test("Characters that nobody sees are left out")
    func invisible() throws {
        let tags = String(
            String.UnicodeScalarView("ignore".unicodeScalars.compactMap { Unicode.Scalar(0xE0000 + $0.value) }))
        #expect(
            try read("<p>a\(tags)b\u{202E}c\u{200B}d&#0;&#7;e\u{0}f</p>").text.filter { $0 != " " && $0 != "\u{FFFD}" }
                == "abcdef")
    }

    @Test("What a page calls its main part is taken, where it is long enough")
    func main() throws {
        let long = String(repeating: "word ", count: 100)
        #expect(try read("<p>around</p><main><p>\(long)</p></main><p>after</p>").text == String(long.dropLast()))
        #expect(try read("<p>around</p><main><p>short</p></main>").text == "around\nshort")
        #expect(
            try read("<article><p>\(long)</p></article><article>two</article><p>x").text == "\(long.dropLast())\ntwo")
    }

    @Test("A page that is one form is read, without what is to be filled in")
    func form() throws {
        #expect(try read("<form><p>All of it</p><input value=x><select><option>o</select></form>").text == "All of it")
    }

    @Test("An empty page has no text", arguments: ["", " ", "<html></html>", "<", "<!--", "<p>", "<script>x", "\u{0}"])
    func empty(_ html: String) throws {
        #expect(try read(html) == PageText(title: "", text: "", isCut: false) || html == "<" || html == "\u{0}")
    }

    @Test(
        "100,000 elements in each other do not overflow anything", arguments: ["div", "b", "table", "li", "x-y", "nav"])
    func nested(_ name: String) throws {
        let count = 100_000
        let page = try read(
            "<p>first</p>" + String(repeating: "<\(name)>", count: count) + "deep"
                + String(repeating: "</\(name)>", count: count))
        #expect(page.text.hasPrefix("first"))
    }

    @Test("Pages made to take long are cut")
    func slow() throws {
        let attributes = (0..<300_000).map { " a\($0)=1" }.joined()
        let wide = try read("<p>first</p><div\(attributes)>last</div>")
        #expect((wide.text, wide.isCut) == ("first", true))
        let ends = try read(
            "<p>first</p>" + String(repeating: "<b>", count: 500) + String(repeating: "</i>", count: 400_000))
        #expect(ends.text == "first")
        let comment = try read("<p>first</p><!--" + String(repeating: "- ", count: 500_000) + "--><p>last")
        #expect((comment.text, comment.isCut) == ("first", true))
        let script = try read("<p>first</p><script>" + String(repeating: "a<b; ", count: 200_000) + "</script><p>last")
        #expect((script.text, script.isCut) == ("first\nlast", false))
    }

    @Test("Text ends at the limit")
    func limit() throws {
        let page = try read("<p>abc</p><p>defg</p>", max: 5)
        #expect((page.text, page.isCut) == ("abc\nd", true))
        #expect(try read("<p>abc</p>", max: 3).isCut == false)
        #expect(try read("<title>\(String(repeating: "t", count: 5000))</title>").title.count == PageText.titleMax)
    }

    @Test("Every prefix of a page, and every byte of it changed, is read without a trap")
    func damaged() throws {
        let whole = Array(
            "<html><title>a</title><p class='x' hidden=\"y\">é&amp;&#x41;<!-- c --><pre>\n</pre><a href=x>b</a></html>"
                .utf8)
        for length in 0..<whole.count {
            _ = try PageText.read(html: Array(whole[..<length]), charactersMax: 100)
            var changed = whole
            for byte: UInt8 in [0, 0x22, 0x26, 0x3C, 0x3E, 0xFF] {
                changed[length] = byte
                _ = try PageText.read(html: TextEncoding.utf8.utf8(changed), charactersMax: 100)
            }
        }
    }

    @Test("Without libxml2 it is said what to install")
    func missing() {
        let error = #expect(throws: ResearchError.self) { try HTMLLibrary.open(["libnothing.so.1"]) }
        #expect(error?.code == .libraryMissing)
        #expect(error?.message.contains("apt-get install libxml2") == true)
        // Found, and not what it should be.
        #expect(throws: ResearchError.self) { try HTMLLibrary.open(["libc.so.6"]) }
    }
}
