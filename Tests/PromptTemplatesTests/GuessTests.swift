import PromptTemplates
import Testing

@Suite struct GuessTests {
    @Test(
        arguments: [
            ("", .none), ("plain text, 5 $ and {} or { a }", .none), ("@include(x)", .none),
            ("{{name}}", .mustache), ("{{#list}}{{.}}{{/list}}", .mustache), ("{{{name}}} {{a.b}}", .none),
            ("{{! only a comment }}", .none), ("{{code here}}", .none), ("style={{ width: '100vw' }}", .none),
            ("{{#1761.name#}}", .none), ("{{#open}}", .none),
            ("Hello {name}", .fstring), ("{a}{b}", .fstring), ("{{literal}} {name}", .none), ("{名前}", .fstring),
            ("{insert your topic}", .none), ("{1}", .none), (#"{"a": 1}"#, .none), ("{name} and {", .none),
            (#"{{"a": "{name}"}}"#, .fstring), ("f() { return {a} }", .none),
            ("${name}", .dollar), ("${Position:Software Developer}", .dollar), ("${a:${b}}", .dollar),
            ("$${name}", .none), ("${${name}}", .none), ("${{ secrets.KEY }}", .none), ("${", .none),
            ("${a} {\"json\": 1}", .dollar), ("${a} and {b}", .none), ("${a} and {{b}}", .none),
            ("${a} and {{b c}}", .dollar), ("`${a.b}`", .dollar),
        ] as [(String, TemplateFormat)])
    func guesses(text: String, format: TemplateFormat) { #expect(TemplateFormat.guess(text) == format) }
}
