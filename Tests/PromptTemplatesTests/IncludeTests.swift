import PromptTemplates
import Testing

@Suite struct IncludeTests {
    private static let prompts: [String: IncludedPrompt] = [
        "p": IncludedPrompt("P", format: .none), "p@v1": IncludedPrompt("old P", format: .none),
        "two": IncludedPrompt("one\n\ntwo\r\n", format: .none),
        "Code Reviewer (v2)": IncludedPrompt("CR", format: .none),
        "f": IncludedPrompt("{x}{{}}", format: .fstring), "d": IncludedPrompt("${x} ${y:z}", format: .dollar),
        "m": IncludedPrompt("{{#x}}{{.}}{{/x}}", format: .mustache), "empty": IncludedPrompt("", format: .none),
        "outer": IncludedPrompt("<\n  @include(inner)\n>", format: .dollar),
        "inner": IncludedPrompt("{{x}}\n {{> two}}", format: .mustache),
    ]

    @Test(arguments: [
        ("@include(p)", "P"), ("a\n@include(p)\nb", "a\nP\nb"), ("a\r\n@include(p@v1)\r\nb", "a\r\nold P\r\nb"),
        ("@include( p @ v1 )  \n", "old P  \n"), ("@include(Code Reviewer (v2))", "CR"), ("  @include(p)", "  P"),
        ("\t@include(two)|", "\t@include(two)|"), ("  @include(two)\n|", "  one\n\n  two\r\n\n|"),
        ("@include(p)\n@include(p)", "P\nP"), ("@include(empty)\n", "\n"),
        ("a @include(p)", "a @include(p)"), ("@include(p) a", "@include(p) a"), ("@include()", "@include()"),
        ("@include p", "@include p"), ("@@include(p)", "@include(p)"), (" @@include(p)\n", " @include(p)\n"),
        ("a @@include(p)", "a @@include(p)"), ("@@@include(p)", "@@@include(p)"), ("@include(", "@include("),
        (")", ")"),
    ])
    func linesThatInclude(text: String, expected: String) throws {
        for format in TemplateFormat.allCases where format != .mustache {
            #expect(bytes(try render(text, format, including: Self.prompts)) == bytes(expected))
        }
    }

    @Test(arguments: [
        ("{{>p}} {{> p@v1 }}", "P old P"), ("{{> Code Reviewer (v2) }}", "CR"), (" {{>two}}\n|", " one\n\n two\r\n|"),
        ("{{>f}} {{>d}} {{>m}}", "1{} 1 z 1"), ("-\n  {{>outer}}\n-", "-\n  <\n    1\n     one\n\n     two\r\n\n  >-"),
        ("{{^no}}{{>p}}{{/no}}", "P"),
    ])
    func mustacheTags(text: String, expected: String) throws {
        let rendered = try render(text, .mustache, ["x": .number("1")], strict: false, including: Self.prompts)
        #expect(bytes(rendered) == bytes(expected))
    }

    /// A line that a placeholder shares, and a default, hold no includes.
    @Test(arguments: [
        ("${a:1}@include(p)", "1@include(p)"), ("@include(p)${a:1}", "@include(p)1"),
        ("${a:\n@include(p)\n}", "\n@include(p)\n"),
        ("${a:1}\n@include(p)\n${a:2}", "1\nP\n2"), ("@include(${a:p})", "@include(p)"),
    ])
    func linesWithPlaceholders(text: String, expected: String) throws {
        #expect(bytes(try render(text, .dollar, including: Self.prompts)) == bytes(expected))
    }

    @Test func listedOnce() throws {
        let template = try Template("{{>a@b@c}}\n {{> a}}\n{{>a}}{{>@x}}{{>y@}}{{>a@b@c}}", format: .mustache)
        #expect(
            template.includes == [
                TemplateInclude(name: "a@b", label: "c", line: 1, column: 1),
                TemplateInclude(name: "a", line: 2, column: 2), TemplateInclude(name: "@x", line: 3, column: 7),
                TemplateInclude(name: "y@", line: 3, column: 14),
            ])
        let lines = try Template("${a}\n @include(p@v)\n", format: .dollar)
        #expect(lines.includes == [TemplateInclude(name: "p", label: "v", line: 2, column: 2)])
    }

    private static let chains: [String: IncludedPrompt] = [
        "a": IncludedPrompt("@include(b)", format: .none), "b": IncludedPrompt("x\n  {{>c}}", format: .mustache),
        "c": IncludedPrompt("@include(b)", format: .fstring), "self": IncludedPrompt("{{>self}}", format: .mustache),
        "1": IncludedPrompt("@include(2)", format: .none), "2": IncludedPrompt("@include(3)", format: .none),
        "3": IncludedPrompt("@include(4)", format: .none), "4": IncludedPrompt("@include(5)", format: .none),
        "5": IncludedPrompt("{{#no}}{{>6}}{{/no}}{{^no}}end{{/no}}", format: .mustache),
        "6": IncludedPrompt("six", format: .none), "bad": IncludedPrompt("ok\n  ${", format: .dollar),
        "lacks": IncludedPrompt("ok {x}", format: .fstring),
    ]

    @Test(
        arguments: [
            ("@include(a)", .includeCycle(["b", "c", "b"], at: place(1, 1, of: "c"))),
            ("\n@include(self)", .includeCycle(["self", "self"], at: place(1, 1, of: "self"))),
            ("@include(1)", .includesTooDeep(["1", "2", "3", "4", "5", "6"], at: place(1, 8, of: "5"))),
            ("@include(4)\n@include(2)\n@include(1)", .includesTooDeep(["1", "2"], at: place(1, 1, of: "1"))),
            ("x\n @include(none@v)", .includeNotFound("none@v", at: place(2, 2))),
            ("    @include(bad)", .unclosed(.dollar, at: place(2, 3, of: "bad"))),
            (
                "    @include(lacks)",
                .missingVariables([MissingVariable(name: "x", place: place(1, 4, of: "lacks"))])
            ),
        ] as [(String, TemplateError)])
    func errors(text: String, error: TemplateError) {
        #expect(failure(text, .none, including: Self.chains) == error)
    }

    @Test func fiveDeep() throws {
        let shown = try render("@include(2)", .none, ["no": false], including: Self.chains)
        #expect(shown == "end")
        #expect(failure("@include(6)", .none, including: Self.chains) == nil)
    }

    @Test func withoutResolver() throws {
        let template = try Template("@include(p)", format: .none)
        #expect(throws: TemplateError.includeNotFound("p", at: place(1, 1))) { try template.rendered([:]) }
    }

    @Test func failingResolver() throws {
        struct Ambiguous: Error, CustomStringConvertible { let description = "two prompts are called p" }
        let template = try Template("{{>p}}", format: .mustache)
        let error = TemplateError.includeFailed("p", reason: "two prompts are called p", at: place(1, 1))
        #expect(throws: error) { try template.rendered([:]) { _, _ in throw Ambiguous() } }
    }

    @Test func eachPromptIsFetchedOnce() throws {
        var fetched: [String] = []
        let text = "{{#list}}{{>row}}\n  {{>row}}\n{{/list}}"
        let rendered = try Template(text, format: .mustache).rendered(["list": .list(["a", "b"])]) { name, _ in
            fetched.append(name)
            return IncludedPrompt("{{.}}", format: .mustache)
        }
        #expect(rendered == "a\n  ab\n  b")
        #expect(fetched == ["row"])
    }

    /// What is declared with an include holds for it and for the text around it, which can say otherwise.
    @Test func declarationsOfIncludes() throws {
        let declared = [
            TemplateVariable(name: "x", defaultValue: "theirs"), TemplateVariable(name: "y", defaultValue: "y"),
        ]
        let prompts = ["p": IncludedPrompt("{x}{y}", format: .fstring, declared: declared)]
        #expect(try render("${x}\n@include(p)", .dollar, including: prompts) == "theirs\ntheirsy")
        let ours = [TemplateVariable(name: "x", defaultValue: "ours")]
        #expect(try render("${x}\n@include(p)", .dollar, declared: ours, including: prompts) == "ours\noursy")
    }
}
