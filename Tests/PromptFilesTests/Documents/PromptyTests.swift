import PromptFiles
import PromptTemplates
import Testing

@Suite struct PromptyTests {
    private func read(_ text: String) throws -> PromptDocument {
        try PromptDocument.read(bytes(text), as: .prompty)
    }

    private static let version1 = """
        ---
        name: Greeter
        description: Greets a customer
        authors:
          - ada
        tags: [demo]
        version: "1.0"
        model:
          api: chat
          configuration:
            type: azure_openai
            azure_endpoint: ${env:ENDPOINT}
          parameters:
            max_tokens: 3000
            temperature: 0.20
          response: first
        inputs:
          who:
            type: string
            description: Whom to greet
            sample: Jane
          count: {type: integer, default: 3}
          tone: warm
        sample:
          who: Joe
          topics: [a, b]
        template: jinja2
        ---
        system:
        Greet {{who}}.

        user:
        Hello!
        """

    @Test func version1() throws {
        let document = try read(Self.version1)
        #expect(document.name == "Greeter" && document.description == "Greets a customer" && document.tags == ["demo"])
        #expect(document.isChat && document.templateFormat == nil)
        #expect(document.body == "system:\nGreet {{who}}.\n\nuser:\nHello!")
        let configuration: TemplateValue = .object(["type": "azure_openai", "azure_endpoint": "${env:ENDPOINT}"])
        #expect(
            document.settings
                == ["configuration": configuration, "max_tokens": .number("3000"), "temperature": .number("0.20")])
        #expect(
            document.variables == [
                TemplateVariable(name: "count", type: .number, defaultValue: "3"),
                TemplateVariable(name: "tone", defaultValue: "warm"),
                TemplateVariable(name: "who", defaultValue: "Jane", description: "Whom to greet"),
                TemplateVariable(name: "topics", type: .list, defaultValue: #"["a","b"]"#),
            ])
        #expect(
            document.metadata == [
                "prompty.authors": #"["ada"]"#, "prompty.version": #""1.0""#,
                "prompty.model": #"{"response":"first"}"#, "prompty.inputs": #"{"count":{"type":"integer"}}"#,
                "prompty.sample": #"{"who":"Joe"}"#, "prompty.template": #""jinja2""#,
            ])
    }

    @Test func version1IsWrittenAsItWas() throws {
        let document = try read(Self.version1)
        let written = text(try document.written(as: .prompty))
        #expect(try same(read(written), document))
        for line in [
            "authors:\n  - ada\n", "version: \"1.0\"\n", "  api: chat\n", "    azure_endpoint: ${env:ENDPOINT}\n",
            "    temperature: 0.20\n", "  response: first\n", "type: integer\n", "sample:\n  who: Joe\n",
            "template: jinja2\n", "---\n\nsystem:\n",
        ] { #expect(written.contains(line), "\(line)") }
        #expect(!written.contains("offbook"))
    }

    @Test func version2() throws {
        let file = """
            ---
            name: greeter
            metadata:
              authors: [ada]
              tags: [demo, "2"]
            model:
              id: gpt-4
              provider: openai
              apiType: responses
              connection: ${file:connection.json}
              options:
                temperature: 0.7
                maxOutputTokens: 10
            inputs:
              - {name: who, kind: string, default: Jane, enumValues: [Jane, Joe]}
              - name: n
                kind: float
              - name: talk
                kind: thread
            tools:
              - {name: look, kind: function}
            template:
              format: {kind: mustache}
              parser: {kind: prompty}
            ---
            system:
            Hello
            """
        let document = try read(file)
        #expect(document.tags == ["demo", "2"] && document.isChat && document.templateFormat == .mustache)
        #expect(document.settings["model"] == "gpt-4" && document.settings["maxOutputTokens"] == .number("10"))
        #expect(document.settings["connection"] == "${file:connection.json}")
        #expect(document.variables.map(\.name) == ["who", "n", "talk"])
        #expect(document.variables.map(\.type) == [.text, .number, .text])
        #expect(document.variables.first?.choices == ["Jane", "Joe"])
        #expect(
            document.metadata?.keys.sorted() == [
                "prompty.inputs", "prompty.metadata", "prompty.model", "prompty.tools",
            ])
        let written = text(try document.written(as: .prompty))
        #expect(try same(read(written), document))
        for line in [
            "  apiType: responses\n", "    maxOutputTokens: 10\n", "kind: thread\n", "kind: float\n", "enumValues:\n",
        ] {
            #expect(written.contains(line), "\(line)")
        }
        #expect(!written.contains("offbook"))
    }

    @Test(
        arguments: [
            ("Hi", true, [:]), ("---\n---\nHi", true, [:]), ("---\nmodel: gpt-4o\n---\nHi", true, ["model": "gpt-4o"]),
            ("---\nmodel: {api: completion}\n---\nHi", false, [:]),
            ("---\nmodel: {name: m, options: {a: b}}\n---\nHi", true, ["model": "m", "a": "b"]),
        ] as [(String, Bool, [String: TemplateValue])])
    func shortForms(file: String, isChat: Bool, settings: [String: TemplateValue]) throws {
        let document = try read(file)
        #expect(document.isChat == isChat && document.settings == settings && document.body == "Hi")
        #expect(document.metadata == nil && document.tags == nil && document.name == nil)
    }

    @Test func otherInterfacesAreKept() throws {
        let document = try read("---\nmodel: {api: embedding, id: e}\ninputs: ${file:inputs.json}\n---\nHi")
        #expect(!document.isChat)
        #expect(
            document.metadata == [
                "prompty.model": #"{"api":"embedding"}"#, "prompty.inputs": #""${file:inputs.json}""#,
            ])
        let written = text(try document.written(as: .prompty))
        #expect(written.contains("  api: embedding\n") && written.contains("inputs: ${file:inputs.json}\n"))
    }

    @Test func whatPromptyHasNoPlaceForIsUnderOffbook() throws {
        var document = PromptDocument(body: "Hi")
        document.project = "p"
        document.templateFormat = .dollar
        document.metadata = ["author": "Ada"]
        document.origin = .init(promptID: "ab", versionID: "cd")
        document.settings = ["temperature": .number("1")]
        let expected = """
            ---
            model:
              api: completion
              parameters:
                temperature: 1
            offbook:
              id: ab
              metadata:
                author: Ada
              project: p
              template: dollar
              version: cd
            ---

            Hi

            """
        #expect(text(try document.written(as: .prompty)) == expected)
        #expect(try same(read(expected), document))
    }

    @Test(arguments: [
        ("model: [1]", "\"model\" is a list"), ("inputs: [1]", "\"inputs\" holds one without a name; add it"),
        ("inputs: {x: {required: 1}}", "the input \"x\": \"required\" is a number; make it true or false"),
        ("offbook: 1", "\"offbook\" is a number"),
    ])
    func filesThatAreRefused(front: String, reason: String) {
        #expect(throws: PromptFileError.malformedDocument(reason: reason)) { try read("---\n\(front)\n---\nHi") }
    }
}
