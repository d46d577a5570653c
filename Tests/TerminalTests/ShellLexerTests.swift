import Testing

@testable import offbook

@Suite("The words of a command line")
struct ShellLexerTests {
    private func words(_ line: String, _ shell: Shell = .bash) -> [String] {
        ShellLexer(shell) { ["HOME": "/h", "D": "/data dir"][$0] }.words(of: line).map(\.value)
    }

    @Test(arguments: Shell.allCases)
    func common(to shell: Shell) {
        #expect(words("", shell) == [""])
        #expect(words("offbook show ", shell) == ["offbook", "show", ""])
        #expect(words("  a\tb  c", shell) == ["a", "b", "c"])
        #expect(words(#"a\ b 'c d' "e f"g"#, shell) == ["a b", "c d", "e fg"])
        #expect(words(#"x '' "#, shell) == ["x", "", ""])
        #expect(
            words(#""$D"/x $D ${D}y '$D' \$D $none $"#, shell).dropLast(2) == [
                "/data dir/x", "/data dir", "/data diry", "$D", "$D",
            ])
        #expect(words("~/x ~ a~ ~other", shell) == ["/h/x", "~", "a~", "~other"])
        #expect(words("東京 e\u{301}", shell) == ["東京", "e\u{301}"])
    }

    @Test("Nothing is run: substitutions stay as they are written")
    func substitutions() {
        #expect(words("a $(rm -r x) `y` ${D:-z} ${D") == ["a", "$(rm", "-r", "x)", "`y`", "${D:-z}", "${D"])
    }

    @Test("In single quotes a backslash is one, but in fish")
    func backslashes() {
        #expect(words(#"'a\b' '\\'"#) == [#"a\b"#, #"\\"#])
        #expect(words(#"'a\b' '\\' 'it\'s'"#, .fish) == [#"a\b"#, #"\"#, "it's"])
        #expect(words(#"'it'\''s'"#) == ["it's"])
        #expect(words(#""a\"b\c\$D""#) == [#"a"b\c$D"#])
        #expect(words("a\\") == ["a"])
    }

    @Test("Which quotation mark is open at the end")
    func openQuotes() {
        let lexer = ShellLexer(.bash)
        #expect(lexer.words(of: "a 'b c").last == ShellWord(value: "b c", openQuote: "'"))
        #expect(lexer.words(of: "a \"b 'c").last == ShellWord(value: "b 'c", openQuote: "\""))
        #expect(lexer.words(of: "a 'b'").last == ShellWord(value: "b", openQuote: nil))
    }

    @Test(
        "What bash reads back as the name, behind every quotation mark",
        arguments: ["it's", "a \"b\" $HOME `x` \\ !", "tab*?[x]{a,b}~#;&|<>()", "東京", "-x", "!!"],
        [nil, "'", "\""] as [Character?])
    func quoting(_ name: String, _ quote: Character?) {
        let mark = quote.map { String($0) } ?? ""
        let line = mark + Shell.bashQuoted(name, after: quote) + mark
        #expect(ShellLexer(.bash).words(of: line).map(\.value) == [name], "\(line)")
    }
}
