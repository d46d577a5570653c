import PromptTemplates
import Testing

@Suite struct FStringTests {
    private static let values: [String: TemplateValue] = [
        "name": "Ann", "a": "1", "b": "2", "名前": "花子", "🙂": "smile", "é": "accent", "a b": "spaced", "_x1": "u",
    ]

    @Test(arguments: [
        ("", ""), ("plain", "plain"), ("Hello {name}!", "Hello Ann!"), ("{name}", "Ann"), ("{a}{b}{a}", "121"),
        ("{{name}}", "{name}"), ("{{{name}}}", "{Ann}"), ("{{{{{name}}}}}", "{{Ann}}"), ("{{}}", "{}"), ("{{", "{"),
        ("}}", "}"), ("}}{{", "}{"), ("{a}}}", "1}"), ("{{{a}", "{1"), ("{{a}}{a}", "{a}1"),
        ("{\u{540D}\u{524D}} {🙂}", "花子 smile"), ("{é}", "accent"), ("{a b}", "spaced"), ("{_x1}", "u"),
        ("a\r\n{name}\r\n", "a\r\nAnn\r\n"), ("${a}", "$1"), ("😀{a}\u{301}", "😀1\u{301}"), ("\0{a}\0", "\u{0}1\u{0}"),
    ])
    func rendering(text: String, expected: String) throws {
        #expect(bytes(try render(text, .fstring, Self.values, strict: false)) == bytes(expected))
    }

    @Test(
        arguments: [
            ("{", .unclosed(.fstring, at: place(1, 1))), ("a\nbc{name", .unclosed(.fstring, at: place(2, 3))),
            ("{a{b}}", .unclosed(.fstring, at: place(1, 1))), ("{a\n}", .unclosed(.fstring, at: place(1, 1))),
            ("{\n  \"json\": 1\n}", .unclosed(.fstring, at: place(1, 1))),
            ("{{{", .unclosed(.fstring, at: place(1, 3))),
            ("}", .loneClosingBrace(at: place(1, 1))), ("a } b", .loneClosingBrace(at: place(1, 3))),
            ("{a}}", .loneClosingBrace(at: place(1, 4))), ("}{a}", .loneClosingBrace(at: place(1, 1))),
            ("é👩🏽{a}\r\n}", .loneClosingBrace(at: place(2, 1))), ("👩🏽}", .loneClosingBrace(at: place(1, 3))),
            ("{}", .invalidName("", .empty, at: place(1, 1))),
            ("x{ }", .invalidName(" ", .spaceAround, at: place(1, 2))),
            ("{ name }", .invalidName(" name ", .spaceAround, at: place(1, 1))),
            ("{x:.2f}", .unsupported(.formatSpecification, shown: "{x:.2f}", at: place(1, 1))),
            ("{x:}", .unsupported(.formatSpecification, shown: "{x:}", at: place(1, 1))),
            ("{x!r}", .unsupported(.conversion, shown: "{x!r}", at: place(1, 1))),
            ("{x.y}", .unsupported(.attribute, shown: "{x.y}", at: place(1, 1))),
            ("{x[0]}", .unsupported(.index, shown: "{x[0]}", at: place(1, 1))),
            ("{0}", .unsupported(.position, shown: "{0}", at: place(1, 1))),
            ("{x:{y}}", .unsupported(.formatSpecification, shown: "{x:{y}", at: place(1, 1))),
            ("{x:", .unsupported(.formatSpecification, shown: "{x:", at: place(1, 1))),
        ] as [(String, TemplateError)])
    func errors(text: String, error: TemplateError) { #expect(failure(text, .fstring, ["a": "1"]) == error) }

    @Test func variablesInOrder() throws {
        let template = try Template("{b} {{c}}\r\né{a} {b}\n{名前}", format: .fstring)
        #expect(
            template.variables == [
                Placeholder(name: "b", line: 1, column: 1), Placeholder(name: "a", line: 2, column: 2),
                Placeholder(name: "名前", line: 3, column: 1),
            ])
    }
}
