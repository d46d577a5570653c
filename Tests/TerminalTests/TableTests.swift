import Testing

@testable import offbook

@Suite("Tables and the width of text")
struct TableTests {
    @Test(
        "Columns as terminals count them",
        arguments: [
            ("", 0), ("abc", 3), ("東京", 4), ("ｶﾅ", 2), ("Ａ", 2), ("e\u{301}", 1), ("한국", 4),
            ("\u{1112}\u{1161}\u{11AB}", 2),
            ("😀", 2), ("👩‍👩‍👧‍👦", 2), ("👍🏽", 2), ("🇩🇪", 2), ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 2), ("❤️", 2), ("☀\u{FE0E}", 1), ("1️⃣", 2), ("a\u{200B}b", 2),
            ("नमस्ते", 4), ("٣", 1), ("a\u{200D}b", 2),
        ])
    func columns(_ text: String, _ width: Int) { #expect(TextWidth.columns(text) == width) }

    @Test("Cut by columns, never in the middle of a character")
    func fit() {
        #expect(TextWidth.fit("abcdef", 6) == "abcdef")
        #expect(TextWidth.fit("abcdef", 4) == "abc…")
        #expect(TextWidth.fit("東京都庁", 4) == "東…")
        #expect(TextWidth.fit("東京", 4) == "東京")
        #expect(TextWidth.fit("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3) == "👩‍👩‍👧‍👦…")
        #expect(TextWidth.fit("abc", 1) == "…")
        for text in ["e\u{301}tude in E", "東京 guide", "क्षत्रिय"] {
            for width in 1...12 {
                #expect(TextWidth.columns(TextWidth.fit(text, width)) <= width, "\(text) in \(width)")
            }
        }
    }

    @Test("What would drive a terminal, or hide something, is made harmless")
    func hostile() {
        #expect(TextWidth.printable("a\u{1B}[31mred\u{7}") == "a\u{FFFD}[31mred\u{FFFD}")
        #expect(TextWidth.printable("a\nb\tc\r\nd") == "a b c  d")
        #expect(
            TextWidth.printable("\u{9B}31m \u{202E}txt.exe \u{2066}x\u{2069} \u{200B}")
                == "\u{FFFD}31m \u{FFFD}txt.exe \u{FFFD}x\u{FFFD} \u{FFFD}")
        #expect(TextWidth.printable("a\u{2028}b\u{FEFF}") == "a\u{FFFD}b\u{FFFD}")
        for fine in ["👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "नमस्ते", "می‌خواهم", "e\u{301}", "❤️"] { #expect(TextWidth.printable(fine) == fine) }
    }

    private func table() -> Table {
        var table = Table("ID", "NAME", "TAGS", "EDITED", giving: ["NAME", "TAGS"], dropping: ["TAGS", "EDITED"])
        table.add("4be01c22", "a rather long name of a prompt", "one two three four five", "2026-01-02 03:04")
        table.add("0be01c22", "東京のカスタマーサポート案内文", "旅行", "2026-01-02 03:04")
        table.add("1be01c22", "👩‍👩‍👧‍👦 family", "", "2026-01-02 03:04")
        return table
    }

    @Test("No line is wider than the terminal, and columns stand under each other", arguments: [32, 40, 60, 80, 140])
    func widths(_ width: Int) {
        let lines = table().lines(within: width)
        #expect(lines.count == 4)
        for line in lines { #expect(TextWidth.columns(line) <= width, "\(line)") }
        let starts = ["NAME", "a rather", "東京", "👩‍👩‍👧‍👦"]
        let places = zip(lines, starts).map { line, start in
            line.firstRange(of: start).map { TextWidth.columns(line[..<$0.lowerBound]) }
        }
        #expect(places == [10, 10, 10, 10], "\(lines)")
        let times = lines.compactMap { line in
            line.firstRange(of: "2026").map { TextWidth.columns(line[..<$0.lowerBound]) }
        }
        #expect(Set(times).count <= 1, "\(lines)")
    }

    @Test("What one can do without goes where there is no room, and only then")
    func dropping() {
        #expect(table().lines(within: 80)[0].split(separator: " ") == ["ID", "NAME", "TAGS", "EDITED"])
        #expect(table().lines(within: 50)[0].split(separator: " ") == ["ID", "NAME", "EDITED"])
        #expect(table().lines(within: 40)[0].split(separator: " ") == ["ID", "NAME"])
    }

    @Test("To a pipe all is printed whole")
    func piped() {
        #expect(table().lines(within: nil)[1].contains("a rather long name of a prompt  one two three four five"))
    }
}
