import PromptFiles
import Testing

@Suite struct FileNameTests {
    private func name(_ name: String) -> String { PromptFileName.names(for: [("0123456789abcdef", name)])[0] }

    @Test(arguments: [
        ("Hello, World!", "Hello-World"), ("  a  b ", "a-b"), ("../../etc/passwd", "etc-passwd"),
        ("a\\b:c*d", "a-b-c-d"),
        (".hidden", "hidden"), ("dots...", "dots"), ("v1.2", "v1.2"), ("a\nb\u{0}c\u{1B}d\u{202E}e", "a-b-c-d-e"),
        ("Grüße aus Köln", "Grüße-aus-Köln"), ("你好 世界", "你好-世界"), ("हिन्दी", "हिन्दी"), ("١٢٣", "١٢٣"),
        ("CON", "_CON"), ("con.txt", "_con.txt"), ("com1", "_com1"), ("console", "console"), ("🚀", "prompt"),
        ("", "prompt"), ("...", "prompt"), ("-", "prompt"), ("a_b", "a_b"), ("🚀 launch", "launch"),
    ])
    func slugs(given: String, slug: String) { #expect(sameBytes(name(given), slug)) }

    @Test func namesHaveAtMostAHundredBytes() {
        for text in ["a", "é", "花", "e\u{301}", "नि"] {
            let slug = name(String(repeating: text, count: 200))
            #expect((90...100).contains(slug.utf8.count))
            #expect(slug.allSatisfy { $0 == Character(text) })
        }
        #expect(name("a" + String(repeating: "\u{301}", count: 200)) == "prompt")
        let names = PromptFileName.names(for: (0..<3).map { ("id-0000\($0)", String(repeating: "a b", count: 90)) })
        #expect(names.allSatisfy { $0.utf8.count <= 100 } && Set(names).count == 3)
    }

    @Test func theLowestIdKeepsTheName() {
        let prompts = [
            ("00000000000000030000000c", "Name"), ("00000000000000010000000a", "name"),
            ("00000000000000020000000b", "NAME"), ("4", "e\u{301}"), ("5", "\u{C9}"), ("6", "straße"), ("7", "STRASSE"),
        ]
        let names = PromptFileName.names(for: prompts)
        #expect(names == ["Name-0000000c", "name", "NAME-0000000b", "é", "É-5", "straße", "STRASSE-7"])
    }

    @Test func whatAnotherIsCalledIsNotTaken() {
        let names = PromptFileName.names(for: [
            ("1-aaaaaaaa", "x"), ("2-aaaaaaaa", "x"), ("3", "x-aaaaaaaa"), ("4-aaaaaaaa", "x"), ("4-aaaaaaaa", "x"),
        ])
        #expect(names[0] == "x" && names[2] == "x-aaaaaaaa" && Set(names).count == 5, "\(names)")
    }

    @Test func theOrderMakesNoDifference() {
        var generator = SeededGenerator(state: 3)
        let pieces = ["a", "A", "b", "é", "e\u{301}", " ", "/", "."]
        let prompts = (0..<500).map { index in
            let name = (0..<3).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            return (id: "\(1_000_000_000 + index)", name: name)
        }
        let names = Dictionary(uniqueKeysWithValues: zip(prompts.map(\.id), PromptFileName.names(for: prompts)))
        let shuffled = prompts.shuffled(using: &generator)
        #expect(PromptFileName.names(for: shuffled) == shuffled.map { names[$0.id] ?? "" })
        #expect(Set(names.values.map { $0.uppercased() }).count == 500)
    }
}
