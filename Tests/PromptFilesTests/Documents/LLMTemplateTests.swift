import PromptFiles
import PromptTemplates
import Testing

@Suite struct LLMTemplateTests {
    private func read(_ text: String) throws(PromptFileError) -> PromptDocument {
        try PromptDocument.read(bytes(text), as: .llmTemplate)
    }

    @Test func aWholeTemplate() throws {
        let document = try read(
            """
            model: gpt-4o
            system: You are $role
            prompt: 'Summarise: $input'
            options: {temperature: 1.80}
            defaults: {role: GlaDOS, n: 5}
            extract: true
            schema_object: {b: 1, a: []}
            name: x
            """)
        #expect(document.isChat && document.templateFormat == .dollar && document.isTemplate == true)
        #expect(document.body == "system:\nYou are ${role}\n\nuser:\nSummarise: ${input}\n")
        #expect(document.settings == ["model": "gpt-4o", "temperature": .number("1.80")])
        #expect(
            document.variables == [
                TemplateVariable(name: "n", type: .number, defaultValue: "5"),
                TemplateVariable(name: "role", defaultValue: "GlaDOS"),
            ])
        #expect(
            document.metadata == ["llm.extract": "true", "llm.schema_object": #"{"a":[],"b":1}"#, "llm.name": "x"])
        #expect(document.name == nil)
    }

    /// A text of `string.Template`, and what it is here.
    @Test(
        arguments: [
            ("$a", "${a}", .dollar), ("${a}b", "${a}b", .dollar), ("$a.b", "${a}.b", .dollar), ("$$", "$", .none),
            ("costs 5$", "costs 5$", .none), ("$5 $a", "$5 ${a}", .dollar), ("$${x}", "${x}", .none),
            ("$${x} $a", "$${x} ${a}", .dollar), ("${", "${", .none), ("${ $a", "$${ ${a}", .dollar),
            ("${1} $a", "$${1} ${a}", .dollar), ("$$$a {}", "${a} {{}}", .fstring), ("$a$b", "${a}${b}", .dollar),
            ("$A_1é", "${A_1}é", .dollar), ("$$$${x} $a", "$$${x} ${a}", .dollar), ("{x}", "{x}", .none),
            ("${a", "${a", .none),
        ] as [(String, String, TemplateFormat)])
    func placeholders(written: String, text: String, format: TemplateFormat) throws {
        let document = try PromptDocument.read(
            bytes("prompt: |-\n  \(written)"), as: .llmTemplate)
        #expect(document.templateFormat == format)
        #expect(document.isTemplate == (format != .none))
        #expect(document.body == text)
    }

    @Test func aTextByItself() throws {
        let document = try read("Summarise this $input")
        #expect(document.body == "Summarise this ${input}" && !document.isChat)
        #expect(try read("system: Be kind").body == "Be kind")
    }

    @Test(arguments: ["a: 1", "[1]", "", "prompt: [1]", "prompt: a\noptions: 1"])
    func otherFilesAreRefused(text: String) { #expect(throws: PromptFileError.self) { try read(text) } }
}
