import PromptFiles
import PromptTemplates
import Testing

private func markdown(_ front: String, _ body: String = "body") throws(PromptFileError) -> PromptDocument {
    try PromptDocument.read(bytes("---\n\(front)\n---\n\n\(body)\n"), as: .markdown)
}

/// The error that comes of reading; nil where none does.
private func failure(_ front: String) -> PromptFileError? {
    do {
        _ = try markdown(front)
        return nil
    } catch {
        return error
    }
}

@Suite struct YAMLTests {
    /// What stands in a file, and what it is as a setting.
    @Test(
        arguments: [
            ("a", "a"), ("'a'", "a"), ("\"a\\nb\\u00e9\"", "a\nbé"), ("|\n    a\n    b\n", "a\nb\n"),
            (">\n    a\n    b\n", "a b\n"), ("yes", "yes"), ("1_000", "1_000"), ("2024-01-01", "2024-01-01"),
            ("12:30", "12:30"), (".inf", ".inf"), ("e5", "e5"), ("+", "+"), (".", "."), ("-.e5", "-.e5"), ("'1'", "1"),
            ("!!str 1", "1"), ("0x", "0x"), ("0x+1", "0x+1"), ("~x", "~x"), ("\"\\uFEFFa\"", "\u{FEFF}a"),
            ("'\\uFEFFa'", "\\uFEFFa"), ("\"\\\\uFEFFa\"", "\\uFEFFa"),
        ] as [(String, String)])
    func texts(written: String, text: String) throws {
        let document = try markdown("settings:\n  x: \(written)")
        guard case .text(let read)? = document.settings["x"] else {
            Issue.record("\(document.settings)")
            return
        }
        #expect(sameBytes(read, text))
    }

    @Test(
        arguments: [
            ("0", "0"), ("-0", "-0"), ("1.10", "1.10"), ("1e400", "1e400"), ("+1", "1"), (".5", "0.5"), ("-.5", "-0.5"),
            ("1.", "1.0"), ("1.e5", "1.0e5"), ("007", "7"), ("00", "0"), ("0x1F", "31"), ("0o17", "15"),
            ("!!int 5", "5"),
            ("12345678901234567890123", "12345678901234567890123"),
        ] as [(String, String)])
    func numbers(written: String, number: String) throws {
        #expect(try markdown("settings:\n  x: \(written)").settings == ["x": .number(number)])
    }

    @Test func theOtherValues() throws {
        let settings = try markdown("settings: {a: null, b: ~, c: , d: True, e: FALSE, f: [1, x], g: {h: []}}").settings
        let expected: [String: TemplateValue] = [
            "a": .null, "b": .null, "c": .null, "d": true, "e": false, "f": .list([.number("1"), "x"]),
            "g": .object(["h": .list([])]),
        ]
        #expect(settings == expected)
    }

    @Test(arguments: [
        ("a: [", 3), ("a: b: c", 2), ("x: 1\na: \"b", 4), ("\tx: 1", 2), ("a: \u{1}", 2), ("a: |\n b\nc", 5),
        ("a: %\n- b", 2), ("a: @x", 2),
    ])
    func malformed(front: String, line: Int) throws {
        let error = try #require(failure(front))
        guard case .malformedYAML = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.line == line)
    }

    @Test(
        arguments: [
            ("a: 1\na: 2", "given twice"), ("settings:\n  a: 1\n  \"a\": 2", "given twice"),
            ("e\u{301}: 1\n\u{E9}: 2", "given twice"), ("a: &x 1\nb: *x", "anchors"), ("a: &x 1", "anchors"),
            ("a: *x", "undefined alias"), ("a: !!python/object:os.system {}", "tag"), ("a: !x 1", "tag"),
            ("!x {a: 1}", "tag"), ("a: !!python/name 1", "tag"), ("? [1]\n: 2", "a key is a text"),
            ("a: 1\n--- \nb: 2", ""), ("- a", "list"), ("text", "a text"), ("%YAML 3.0", "YAML"),
            ("a: !!binary aGk=", "tag"), ("<<: {a: 1}\na: 2\n<<: {}", "given twice"),
        ] as [(String, String)])
    func refused(front: String, reason: String) {
        guard !reason.isEmpty else { return }
        #expect(failure(front)?.reason.contains(reason) == true, "\(String(describing: failure(front)))")
    }

    @Test(arguments: ["[", "{a: ", "- "])
    func deepNestingIsRefused(piece: String) {
        for depth in [65, 999, 100_000] {
            let error = failure("settings:\n  x:\n    \(String(repeating: piece, count: depth))x")
            #expect(error != nil)
            if depth > 1_000 { #expect(error?.reason == PromptFileError.nestedTooDeep(line: 1).reason) }
        }
    }

    @Test func theDeepestNestingIsSixtyFour() throws {
        let nested = { (depth: Int) in String(repeating: "[", count: depth) + String(repeating: "]", count: depth) }
        #expect(try markdown("settings:\n  x: \(nested(62))").settings.count == 1)
        #expect(failure("settings:\n  x: \(nested(64))") == .nestedTooDeep(line: 3))
    }

    /// Ten names, each for ten of the one before it, and the last for a key, which is what parsers look into.
    @Test(arguments: ["x: *i", "? *i\n: x", "*i : x", "? [*i, *i]\n: x", "{*i : x}"])
    func bombsAreRefusedBeforeTheyGrow(use: String) {
        let names = Array("abcdefghi")
        var lines = ["a: &a [x,x,x,x,x,x,x,x,x,x]"]
        for (last, name) in zip(names, names.dropFirst()) {
            lines.append("\(name): &\(name) [\(Array(repeating: "*\(last)", count: 10).joined(separator: ","))]")
        }
        #expect(failure((lines + [use]).joined(separator: "\n"))?.reason.contains("anchors") == true)
    }

    /// What looks like an anchor and an alias, and is prose or code.
    @Test func ampersandsAndAsterisksInTexts() throws {
        let document = try markdown(
            "description: The *best* of R &D and *x\nmetadata:\n  code: |\n    f(&x, *x); /* *x */\n    g(&y, *y);")
        #expect(document.description == "The *best* of R &D and *x")
        #expect(document.metadata == ["code": "f(&x, *x); /* *x */\ng(&y, *y);\n"])
    }

    @Test func linesOfErrorsAreThoseOfTheFile() {
        #expect(failure("name: n\ndescription: |\n  a\n  b\nname: [m")?.line == 7)
    }

    /// Bytes from anywhere must come to a value or an error; a trap would end the test run.
    @Test(arguments: 0..<4)
    func nothingTraps(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        let pieces = [
            "a", "b: ", "- ", "\n", "\n  ", ": ", "&a ", "*a", "!x ", "!!str ", "|", ">", "'", "\"", "[", "]", "{", "}",
            ",", "#", "%", "? ", "<<: ", "\\uFEFF", "\u{FEFF}", "\\", "\0", "\t", "---", "...", "1", "~", "😀", "\r\n",
            "\u{2028}", "\\x0", "\\ud800", "name", "settings", "@",
        ]
        for _ in 0..<4_000 {
            let count = Int.random(in: 0...24, using: &generator)
            let front = (0..<count).map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            for format in [PromptDocumentFormat.markdown, .prompty] {
                _ = try? PromptDocument.read(bytes("---\n\(front)\n---\n"), as: format)
            }
            _ = try? PromptDocument.read(bytes(front), as: .llmTemplate)
        }
    }
}
