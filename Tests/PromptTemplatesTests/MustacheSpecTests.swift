import PromptTemplates
import Testing

@Suite struct MustacheSpecTests {
    @Test(
        arguments: [
            MustacheSpec.comments, MustacheSpec.interpolation, MustacheSpec.sections, MustacheSpec.inverted,
            MustacheSpec.partials,
        ].joined())
    func specification(specCase: SpecCase) throws {
        let prompts = specCase.partials.mapValues { IncludedPrompt($0, format: .mustache) }
        // A few cases give more than they use.
        let rendered = try render(
            specCase.template, .mustache, object(specCase.data), strict: false, including: prompts)
        #expect(bytes(rendered) == bytes(specCase.expected))
    }

    @Test func deeplyNestedContexts() throws {
        let data = #"{"a":{"one":1},"b":{"two":2},"c":{"three":3,"d":{"four":4,"five":5}}}"#
        let template = """
            {{#a}}
            {{one}}
            {{#b}}
            {{one}}{{two}}{{one}}
            {{#c}}
            {{one}}{{two}}{{three}}{{two}}{{one}}
            {{#d}}
            {{one}}{{two}}{{three}}{{four}}{{three}}{{two}}{{one}}
            {{#five}}
            {{one}}{{two}}{{three}}{{four}}{{five}}{{four}}{{three}}{{two}}{{one}}
            {{one}}{{two}}{{three}}{{four}}{{.}}6{{.}}{{four}}{{three}}{{two}}{{one}}
            {{one}}{{two}}{{three}}{{four}}{{five}}{{four}}{{three}}{{two}}{{one}}
            {{/five}}
            {{one}}{{two}}{{three}}{{four}}{{three}}{{two}}{{one}}
            {{/d}}
            {{one}}{{two}}{{three}}{{two}}{{one}}
            {{/c}}
            {{one}}{{two}}{{one}}
            {{/b}}
            {{one}}
            {{/a}}

            """
        let expected = """
            1
            121
            12321
            1234321
            123454321
            12345654321
            123454321
            1234321
            12321
            121
            1

            """
        #expect(try render(template, .mustache, object(data)) == expected)
    }
}
