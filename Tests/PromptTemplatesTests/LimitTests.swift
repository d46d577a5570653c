import PromptTemplates
import Testing

@Suite struct LimitTests {
    @Test func output() throws {
        let kibibyte = TemplateValue.text(String(repeating: "x", count: 1 << 10))
        let text = String(repeating: "{x}", count: 8 << 10)
        #expect(try render(text, .fstring, ["x": kibibyte]).utf8.count == TemplateLimits.outputBytes)
        #expect(failure(text + ".", .fstring, ["x": kibibyte]) == .outputTooLarge)
    }

    /// Rounds that write nothing are work too.
    @Test(arguments: ["", "{{! nothing }}", "{{#no}}{{/no}}", "{{>empty}}"])
    func steps(inside: String) {
        let names = (1...8).map { "l\($0)" }
        let text = names.map { "{{#\($0)}}" }.joined() + inside + names.reversed().map { "{{/\($0)}}" }.joined()
        let values = Dictionary(
            uniqueKeysWithValues: names.map { ($0, TemplateValue.list(Array(repeating: true, count: 99))) })
        let prompts = ["empty": IncludedPrompt("", format: .none)]
        #expect(failure(text, .mustache, values, including: prompts) == .tooManySteps)
    }

    @Test func includedText() {
        let prompts = Dictionary(
            uniqueKeysWithValues: (1...9).map {
                ("\($0)", IncludedPrompt(String(repeating: "x", count: 1 << 20), format: .none))
            })
        let text = (1...9).map { "{{#no}}{{>\($0)}}{{/no}}" }.joined()
        #expect(failure(text, .mustache, including: prompts) == .outputTooLarge)
    }

    /// A wide indent before many lines would be far more than either.
    @Test func indents() {
        let prompts = ["p": IncludedPrompt(String(repeating: "x\n", count: 100_000), format: .none)]
        #expect(
            failure(String(repeating: " ", count: 100_000) + "@include(p)", .none, including: prompts)
                == .outputTooLarge)
    }
}

@Suite struct LargeTextTests {
    /// Texts of 144 kB that are hardest on each format.
    @Test(
        arguments: [
            (.none, "word 花 \n"), (.none, "@include\n"), (.none, "@@include(x)\n"), (.mustache, "{ x"),
            (.mustache, "{{a}}"),
            (.mustache, "{{#a}}\n {{/a}}\n"), (.mustache, "  {{! c }}  \n"), (.mustache, "   {{! c }}"),
            (.fstring, "{{}}"), (.fstring, "{a}\n"), (.dollar, "$$"), (.dollar, "${a}"), (.dollar, "${b:c\\}\n}"),
            (.dollar, "$${"), (.none, "\n"), (.none, "   "),
        ] as [(TemplateFormat, String)])
    func isReadAndRenderedInNoTime(format: TemplateFormat, piece: String) throws {
        let text = String(repeating: piece, count: 144_000 / piece.utf8.count)
        var rendered = ""
        let clock = ContinuousClock()
        let time = try clock.measure { rendered = try render(text, format, ["a": "12345"], strict: false) }
        #expect(rendered.utf8.count <= text.utf8.count * 2)
        // Milliseconds in a release build; a debug build on a busy machine has to pass too.
        #expect(time < .seconds(2))
    }

    @Test(arguments: [
        (TemplateFormat.mustache, "{{#a}}"), (.mustache, "{{"), (.dollar, "${a:"), (.dollar, "${"), (.fstring, "{a{"),
    ])
    func whatNeverClosesIsFoundInNoTime(format: TemplateFormat, piece: String) {
        let text = String(repeating: piece, count: 144_000 / piece.utf8.count)
        let time = ContinuousClock().measure { #expect(failure(text, format) != nil) }
        #expect(time < .seconds(2))
    }
}
