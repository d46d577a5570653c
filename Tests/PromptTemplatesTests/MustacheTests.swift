import PromptTemplates
import Testing

/// What the specification leaves open, and what is ours.
@Suite struct MustacheTests {
    private static let data = #"""
        {"name":"Ann & <Bob>","名前":"花子","n":1.10,"big":12345678901234567890,"yes":true,"no":false,"nil":null,
        "empty":"","zero":0,"none":[],"object":{},"list":[1,"b",null,true],"map":{"b":[1],"a":"\"x\"\n"},
        "people":[{"name":"A","tags":["x","y"]},{"name":"B","tags":[]}],"e\u0301":"decomposed"}
        """#

    @Test(arguments: [
        ("{{name}} {{{name}}} {{&name}}", "Ann & <Bob> Ann & <Bob> Ann & <Bob>"), ("{{名前}}さん", "花子さん"),
        ("{{n}} {{big}}", "1.10 12345678901234567890"), ("{{yes}}{{no}}[{{nil}}]", "truefalse[]"),
        ("{{list}}", #"[1,"b",null,true]"#), ("{{map}}", #"{"a":"\"x\"\n","b":[1]}"#), ("{{map.b}}", "[1]"),
        ("{{#list}}<{{.}}>{{/list}}", "<1><b><><true>"), ("{{#zero}}0 is something{{/zero}}", "0 is something"),
        ("{{#object}}so is {}{{/object}}", "so is {}"), ("{{#empty}}no{{/empty}}{{^empty}}empty{{/empty}}", "empty"),
        ("{{#none}}no{{/none}}{{^none}}none{{/none}}", "none"), ("{{^nowhere}}absent{{/nowhere}}", "absent"),
        ("{{#nowhere}}{{missing}}{{/nowhere}}", ""), ("{{#yes}}{{.}}{{/yes}}", "true"),
        ("{{#people}}{{name}}:{{#tags}} {{name}}{{.}}{{/tags}};{{/people}}", "A: Ax Ay;B:;"),
        ("{{ # yes }}a{{ / yes }}", "a"), ("{{e\u{301}}}", "decomposed"), ("{{name}}}", "Ann & <Bob>}"),
        ("}} } { {x}", "}} } { {x}"), ("{{\n\tname\r\n}}", "Ann & <Bob>"), ("{{! {{name}} }}", " }}"), ("{{!}}", ""),
        ("{{#yes}}\r\n{{name}}\r\n{{/yes}}\r\n", "Ann & <Bob>\r\n"), ("{{#yes}}{{/yes}}\n", "\n"),
        ("  {{#yes}} \t\n  x\n\t{{/yes}}  ", "  x\n"), ("{{#yes}}\r{{/yes}}", "\r"), ("${{name}}", "$Ann & <Bob>"),
        ("@include(x)", "@include(x)"),
    ])
    func rendering(text: String, expected: String) throws {
        let rendered = try render(text, .mustache, object(Self.data), strict: false)
        #expect(bytes(rendered) == bytes(expected))
    }

    @Test(
        arguments: [
            ("{{", .unclosed(.mustache, at: place(1, 1))), ("a\r\nb {{name}", .unclosed(.mustache, at: place(2, 3))),
            ("{{{name}}", .unclosed(.mustache, at: place(1, 1))), ("{{a} {{b}}", .unclosed(.mustache, at: place(1, 1))),
            ("{{! a }", .unclosed(.mustache, at: place(1, 1))), ("{{> a\nb}}", .unclosed(.mustache, at: place(1, 1))),
            ("{{}}", .invalidName("", .empty, at: place(1, 1))), ("{{# }}", .invalidName("", .empty, at: place(1, 1))),
            ("{{>}}", .invalidName("", .empty, at: place(1, 1))),
            ("{{code here}}", .invalidName("code here", .space, at: place(1, 1))),
            ("{{#each xs}}", .invalidName("each xs", .space, at: place(1, 1))),
            ("{{a{b}}", .invalidName("a{b", .brace, at: place(1, 1))),
            ("{{a..b}}", .invalidName("a..b", .emptyPart, at: place(1, 1))),
            ("{{.a}}", .invalidName(".a", .emptyPart, at: place(1, 1))),
            ("{{a.}}", .invalidName("a.", .emptyPart, at: place(1, 1))),
            ("{{=<% %>=}}", .unsupported(.setDelimiter, shown: "{{=<% %>=}}", at: place(1, 1))),
            ("{{<p}}{{/p}}", .unsupported(.inheritance, shown: "{{<p}}", at: place(1, 1))),
            ("{{$b}}{{/b}}", .unsupported(.inheritance, shown: "{{$b}}", at: place(1, 1))),
            ("\n{{#a}}{{^b}}{{/b}}", .unclosedSection("a", at: place(2, 1))),
            ("{{/a}}", .unopenedSection("a", at: place(1, 1))),
            ("{{#a}}{{#b}}{{/a}}{{/b}}", .crossedSections(opened: "b", closed: "a", at: place(1, 13))),
            ("{{#é}}{{/e\u{301}}}", .crossedSections(opened: "é", closed: "e\u{301}", at: place(1, 7))),
            ("{{.}}", .missingVariables([MissingVariable(name: ".", place: place(1, 1))])),
        ] as [(String, TemplateError)])
    func errors(text: String, error: TemplateError) { #expect(failure(text, .mustache) == error) }

    /// A dot looks into a value, a key with a dot in it is never meant, and what hides a name hides all that is in it.
    @Test(arguments: [
        ("{{a.b}}", #"{"a":{}}"#, "a.b"), ("{{a.b}}", #"{"a.b":1}"#, "a.b"),
        ("{{a.b.c}}", #"{"a":{"b":null}}"#, "a.b.c"),
        ("{{#a}}{{b.c}}{{/a}}", #"{"a":{"b":{}},"b":{"c":"hidden"}}"#, "b.c"), ("{{a.b}}", #"{"a":"text"}"#, "a.b"),
        ("{{#l}}{{x}}{{/l}}", #"{"l":[{"x":1},{}]}"#, "x"), ("{{é}}", "{\"e\u{301}\":1}", "é"),
    ])
    func missingNames(text: String, json: String, missing: String) throws {
        guard case .missingVariables(let variables) = failure(text, .mustache, try object(json), strict: false) else {
            Issue.record("nothing is missing")
            return
        }
        #expect(variables.map(\.name).map(bytes) == [bytes(missing)])
    }

    @Test func nesting() throws {
        let opening = (1...64).map { "{{#a\($0)}}" }.joined()
        let closing = (1...64).reversed().map { "{{/a\($0)}}" }.joined()
        let values = Dictionary(uniqueKeysWithValues: (1...64).map { ("a\($0)", TemplateValue.boolean(true)) })
        #expect(try render("\(opening)x\(closing)", .mustache, values) == "x")
        let error = failure("{{^b}}\n\(opening)x\(closing){{/b}}", .mustache)
        #expect(error == .nestingTooDeep(limit: 64, at: place(2, (1..<64).map { "{{#a\($0)}}".count }.reduce(1, +))))
    }

    /// Sections of an include are inside those around it.
    @Test func nestingAcrossIncludes() {
        let sections = { String(repeating: "{{#a}}", count: $0) + $1 + String(repeating: "{{/a}}", count: $0) }
        let prompts = ["p": IncludedPrompt(sections(33, "x"), format: .mustache)]
        #expect(failure(sections(31, "{{>p}}"), .mustache, ["a": true], including: prompts) == nil)
        let error = TemplateError.nestingTooDeep(limit: 64, at: place(1, 193, of: "p"))
        #expect(failure(sections(32, "{{>p}}"), .mustache, ["a": true], including: prompts) == error)
    }

    @Test func variablesInOrder() throws {
        let text = "{{#b}}{{.}}{{a.x}}{{/b}}\n{{! c }}{{^d}}{{{a.y}}}{{/d}} {{&e}}{{>f}}"
        let names = try Template(text, format: .mustache).variables.map { ($0.name, $0.line, $0.column) }
        #expect(names.map(\.0) == ["b", "a", "d", "e"])
        #expect(names.map(\.1) == [1, 1, 2, 2])
        #expect(names.map(\.2) == [1, 12, 9, 31])
    }
}
