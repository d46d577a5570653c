import PromptTemplates
import Testing

@Suite struct RandomTextTests {
    private static let pieces = [
        "{", "}", "{{", "}}", "{{{", "}}}", "$", "${", "$${", ":", "\\", "#", "^", "/", "!", ">", "&", "=", ".", " ",
        "\t",
        "\n", "\r\n", "a", "b", "a.b", "é", "e\u{301}", "花", "😀", "\0", "@include(a)", "@@include(b@c)",
        "\n@include(b)\n",
        "{{#a}}", "{{/a}}", "{{^a}}", "{{.}}", "{{>a}}", "{a}", "${a}", "${a:b}", "@", "(", ")", "[0]", "!r", "%",
    ]

    private static let prompts: [String: IncludedPrompt] = [
        "a": IncludedPrompt("{{#a}}\n {{> b}}\n{{/a}}${b}", format: .mustache),
        "b": IncludedPrompt("@include(c)\n${a:${b}}", format: .dollar),
        "c": IncludedPrompt("{a}", format: .fstring), "b@c": IncludedPrompt("@include(a)", format: .none),
    ]

    /// What has no placeholder is rendered to itself; of braces in fstring, Python wants two.
    @Test(arguments: TemplateFormat.allCases)
    func textWithoutPlaceholdersIsItself(format: TemplateFormat) throws {
        var generator = SeededGenerator(state: 7)
        let plain = Self.pieces.filter { !$0.contains("include") && !$0.contains("{") }
        for _ in 0..<2_000 {
            let text = generator.text(of: plain, upTo: 40)
            let isPython = format == .fstring
            let written = isPython ? text.replacing("}", with: "}}") : text
            #expect(bytes(try render(written, format)) == bytes(text))
        }
    }

    @Test func bracesDoubledForFStringAreThemselves() throws {
        var generator = SeededGenerator(state: 8)
        for _ in 0..<2_000 {
            let text = generator.text(of: Self.pieces.filter { !$0.contains("include") }, upTo: 40)
            let doubled = text.replacing("{", with: "{{").replacing("}", with: "}}")
            #expect(bytes(try render(doubled, .fstring)) == bytes(text))
        }
    }

    /// What is filled in is never read again.
    @Test(arguments: [("{x}", .fstring), ("${x}", .dollar), ("{{x}}", .mustache)] as [(String, TemplateFormat)])
    func valuesAreNotRead(text: String, format: TemplateFormat) throws {
        var generator = SeededGenerator(state: 9)
        for _ in 0..<500 {
            let value = generator.text(of: Self.pieces, upTo: 20)
            #expect(bytes(try render(text, format, ["x": .text(value)])) == bytes(value))
        }
    }

    /// Bytes from anywhere come to a text or an error; a trap would end the test run.
    @Test(arguments: 0..<4)
    func nothingTraps(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let values: [String: TemplateValue] = [
            "a": .list([.object(["b": "1"]), "x", .null]), "b": .object(["b": true]),
        ]
        for round in 0..<12_500 {
            let isNoise = round.isMultiple(of: 4)
            let text = isNoise ? Self.noise(&generator) : generator.text(of: Self.pieces, upTo: 12)
            for format in TemplateFormat.allCases { check(text, format, values) }
            _ = TemplateFormat.guess(text)
            _ = try? TemplateValue(json: bytes(text))
        }
    }

    private func check(_ text: String, _ format: TemplateFormat, _ values: [String: TemplateValue]) {
        let error = failure(text, format, values, strict: false, including: Self.prompts)
        if let error, error.description.isEmpty { Issue.record("\(format) \(bytes(text))") }
        guard let template = try? Template(text, format: format) else { return }
        let lines = 1...(1 + text.utf8.count { $0 == UInt8(ascii: "\n") })
        let isSound = template.variables.allSatisfy { lines.contains($0.line) && $0.column > 0 && !$0.name.isEmpty }
        if !isSound { Issue.record("\(format) \(bytes(text))") }
    }

    private static func noise(_ generator: inout SeededGenerator) -> String {
        let count = Int.random(in: 0...40, using: &generator)
        let structural = Array("{}$:\\#^/!>&=. \n@()".utf8)
        let noise = (0..<count).map { _ in
            Bool.random(using: &generator)
                ? structural.randomElement(using: &generator) ?? 0 : UInt8.random(in: .min ... .max, using: &generator)
        }
        return String(decoding: noise, as: UTF8.self)
    }

    /// JSON cut short or changed anywhere comes to a value or an error.
    @Test func brokenJSONDoesNotTrap() throws {
        var generator = SeededGenerator(state: 10)
        let valid = bytes(#"{"a":[1,-2.5e3,"x\n\u00e9\ud83d\ude00",null,true],"b":{"c":{}}} "#)
        for _ in 0..<20_000 {
            var input = valid
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<input.count, using: &generator)
                input[index] = valid.randomElement(using: &generator) ?? 0
            }
            _ = try? TemplateValue(json: input.prefix(Int.random(in: 0...input.count, using: &generator)))
        }
    }
}
