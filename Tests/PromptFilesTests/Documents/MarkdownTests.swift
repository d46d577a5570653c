import PromptFiles
import PromptTemplates
import Testing

@Suite struct MarkdownTests {
    private func read(_ text: String) throws(PromptFileError) -> PromptDocument {
        try PromptDocument.read(bytes(text), as: .markdown)
    }

    @Test func aWholeDocument() throws {
        var document = PromptDocument(body: "Greet {{name}}.")
        document.name = "greeting"
        document.description = "Says hello.\nIn one sentence."
        document.category = "polite"
        document.project = "Front desk"
        document.tags = ["a", "true"]
        document.isTemplate = true
        document.templateFormat = .mustache
        document.settings = ["model": "gpt-4o", "temperature": .number("0.70"), "stop": .list(["\n", "1"])]
        document.variables = [TemplateVariable(name: "name", defaultValue: "you", isRequired: false)]
        document.metadata = ["author": "Ada"]
        document.labels = ["production": "ab"]
        document.origin = .init(promptID: "01", versionID: "0a", fieldBase: ["name": "12345678"])
        let expected = """
            ---
            category: polite
            description: |-
              Says hello.
              In one sentence.
            is_template: true
            labels:
              production: ab
            metadata:
              author: Ada
            name: greeting
            offbook:
              base:
                name: "12345678"
              id: "01"
              version: "0a"
            project: Front desk
            settings:
              model: gpt-4o
              stop:
                - "\\n"
                - "1"
              temperature: 0.70
            tags:
              - a
              - "true"
            template: mustache
            variables:
              - default: you
                name: name
                required: false
            ---

            Greet {{name}}.

            """
        #expect(text(try document.written(as: .markdown)) == expected)
        #expect(try same(read(expected), document))
    }

    @Test(
        arguments: [
            ("Hello\n", "Hello"), ("Hello", "Hello"), ("\n\nHello\n\n", "\n\nHello\n"), ("\u{FEFF}Hello", "Hello"),
            ("a\r\nb\r\n", "a\nb"), ("a\r\nb\n", "a\r\nb"), ("--- x\n", "--- x"), ("----\n", "----"),
            ("---\n---\nx", "x"), ("---\n---\n", ""), ("---\n---", ""), ("---\n---\n\n\nx\n\n", "\nx\n"),
            ("---  \t\nname: n\n--- \nx", "x"), ("\u{FEFF}---\nname: n\n---\n---\n", "---"),
            ("---\r\nname: n\r\n---\r\n\r\na\r\n\r\nb\r\n", "a\n\nb"), ("---\nname: n\n---\n\r\na\r\n", "\r\na\r"),
            ("---\n# nothing\n---\nx", "x"),
        ] as [(String, String)])
    func bodies(file: String, body: String) throws {
        #expect(sameBytes(try read(file).body, body))
    }

    @Test func textsInCRLFFrontMatterAreInLF() throws {
        let document = try read("---\r\ndescription: |\r\n  a\r\n  b\r\nname: n\r\n---\r\nx\r\n")
        #expect(sameBytes(document.description, "a\nb\n"))
        #expect(document.name == "n")
    }

    @Test(
        arguments: [
            ("---\nname: n\n", .openFrontMatter), ("---", .openFrontMatter), ("---\na\n----\n", .openFrontMatter),
            (
                "---\n- a\n---\n",
                .malformedYAML(line: 2, reason: "the front matter is a list; write it as lines of \"name: value\"")
            ),
            ("a\0", .malformedDocument(reason: "it holds a NUL byte; take it out")),
            ("---\nname: \"\\0\"\n---\n", .malformedDocument(reason: "it holds a NUL character; take it out")),
            (
                "---\nname: [a]\n---\n",
                .malformedDocument(reason: "\"name\" holds a list where a text is needed; put it in quotes")
            ),
            ("---\ntags: 1\n---\n", .malformedDocument(reason: "\"tags\" is a number; make it a list of texts")),
            (
                "---\ntags: [{}]\n---\n",
                .malformedDocument(reason: "\"tags\" holds an object where a text is needed; put it in quotes")
            ),
            (
                "---\nis_template: 1\n---\n",
                .malformedDocument(reason: "\"is_template\" is a number; make it true or false")
            ),
            (
                "---\ntemplate: jinja2\n---\n",
                .malformedDocument(reason: "\"template\" is \"jinja2\"; make it one of none, mustache, fstring, dollar")
            ),
            (
                "---\nsettings: 1\n---\n",
                .malformedDocument(reason: "\"settings\" is a number; make it an object of names and values")
            ),
            (
                "---\noffbook: {id: a}\n---\n",
                .malformedDocument(
                    reason: "\"offbook\" needs an id and a version; take it out for a prompt that is new")
            ),
            (
                "---\nvariables: {x: {kind: y}}\n---\n",
                .malformedDocument(
                    reason: "the variable \"x\" has \"kind\"; it may have type, default, required, enum and description"
                )
            ),
        ] as [(String, PromptFileError)])
    func filesThatAreRefused(file: String, error: PromptFileError) {
        #expect(throws: error) { try read(file) }
    }

    @Test func bytesThatAreNoText() {
        for format in PromptDocumentFormat.allCases where format != .json {
            #expect(throws: PromptFileError.notUTF8) { try PromptDocument.read([0x61, 0xFF], as: format) }
        }
    }

    @Test func hugeFilesAreRefused() throws {
        let limit = PromptDocument.fileBytesMax
        let file = [UInt8](repeating: 0x61, count: limit)
        #expect(try PromptDocument.read(file, as: .markdown).body.utf8.count == limit)
        for format in PromptDocumentFormat.allCases {
            #expect(throws: PromptFileError.tooLarge(limit: limit)) {
                try PromptDocument.read(file + [0x61], as: format)
            }
        }
    }

    @Test func unknownKeysAreMetadata() throws {
        let document = try read(
            "---\nauthor: Ada\nyear: 2024\nrefs: [1, {b: 2, a: x}]\nempty:\nmetadata: {author: B, n: 1.0}\n---\n")
        #expect(
            document.metadata == [
                "author": "B", "author (2)": "Ada", "year": "2024", "refs": #"[1,{"a":"x","b":2}]"#, "n": "1.0",
            ])
    }

    @Test func whatPeopleWriteIsTakenAsTheyMeanIt() throws {
        let document = try read(
            "---\nname: 2024\ntags: a, b;c\ncategory: true\nvariables: [x, {name: n, type: integer, default: 1.50, enum: [1.50, 2]}]\n---\n"
        )
        #expect(document.name == "2024")
        #expect(document.tags == ["a", "b", "c"])
        #expect(document.category == "true")
        let number = TemplateVariable(name: "n", type: .number, defaultValue: "1.50", choices: ["1.50", "2"])
        #expect(document.variables == [TemplateVariable(name: "x"), number])
    }
}
