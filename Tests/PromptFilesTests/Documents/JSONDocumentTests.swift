import PromptFiles
import PromptTemplates
import Testing

@Suite struct JSONDocumentTests {
    @Test func aChat() throws {
        var document = PromptDocument(
            body: ChatText.text([.init(role: .system, content: "Hi"), .init(role: .user, content: "")]))
        document.name = "n"
        document.isChat = true
        let expected = """
            {
              "messages": [
                {
                  "content": "Hi",
                  "role": "system"
                },
                {
                  "content": "",
                  "role": "user"
                }
              ],
              "name": "n",
              "offbook": {}
            }

            """
        #expect(text(try document.written(as: .json)) == expected)
        #expect(try same(PromptDocument.read(bytes(expected), as: .json), document))
    }

    /// One object means the same alone, in a list and as a line.
    @Test(
        arguments: [
            #""body":"b","settings":{"temperature":0.70}"#, #""body":"b","project":"p","x":1"#,
            #""title":"t","prompt":"b","is_template":true,"template_format":"fstring""#,
            #""messages":[{"role":"User","content":"a"}],"labels":{"l":"v"}"#,
            #""content":"b","variables":["x"],"tags":[" a ",""],"description":"""#,
            #""text":"b","offbook":{"id":"a","version":"b","base":{"name":"c"}},"metadata":{"k":1}"#,
        ])
    func documentsInLists(fields: String) throws {
        let object = #"{"name":"n",\#(fields)}"#
        let document = try PromptDocument.read(bytes(object), as: .json)
        #expect(document.name == "n")
        #expect(try json("[\(object)]").documents.map(\.document) == [document])
        #expect(try json(object).documents.map(\.document) == [document])
        #expect(
            try jsonl(object, object).documents == [
                PlacedDocument(document, line: 1), PlacedDocument(document, line: 2),
            ])
    }

    @Test func fieldsOfADocument() throws {
        let document = try PromptDocument.read(
            bytes(
                #"{"act":"n","prompt":"b","settings":{"a":1.50,"b":null},"tags":[" a ",""],"type":"TEXT","title":"t","x":[1]}"#
            ),
            as: .json)
        #expect(document.name == "n" && document.body == "b" && document.tags == [" a ", ""])
        #expect(document.settings == ["a": .number("1.50"), "b": .null])
        #expect(document.metadata == ["type": "TEXT", "title": "t", "x": "[1]"])
    }

    /// Without a field that only documents have, an object is what it always was.
    @Test func otherObjectsStayWhatTheyWere() throws {
        let object = #"{"Act":" n ","prompt":"b","for_devs":"TRUE","type":"TEXT","metadata":{"a":1},"description":""}"#
        let expected = placed(
            name: "n", body: "b", category: "text", tags: ["for-devs"], metadata: ["metadata": #"{"a":1}"#], line: 1)
        #expect(try json(object).documents == [expected])
        #expect(try PromptDocument.read(bytes(object), as: .json) == expected.document)
    }

    @Test func aNameMayBeTheFilesOwn() throws {
        let object = #"{"body":"","settings":{}}"#
        #expect(try PromptDocument.read(bytes(object), as: .json) == PromptDocument(body: ""))
        #expect(try json(object).documents.map(\.document.name) == [nil])
        #expect(
            try json("[\(object)]").rejected == [
                RejectedRow(line: 1, reason: "no field for the name; add one called name")
            ])
    }

    @Test(arguments: [
        (#"{"settings":{}}"#, "no field for the text; add one called body, or messages"),
        (#"{"messages":{}}"#, #""messages" is an object; make it a list of {"role": …, "content": …}"#),
        (#"{"messages":[{"role":"user"}]}"#, #""messages" holds one without a role or without a content; "#),
        (
            #"{"messages":[{"role":"king","content":""}]}"#,
            #""messages" holds one of the role "king", which nobody has"#
        ),
        (
            #"{"messages":[{"role":"tool","content":"","id":1}]}"#,
            #""messages" holds one with "id", which can't be kept"#
        ),
        (#"{"body":1,"labels":{}}"#, #""body" holds a number where a text is needed"#),
        (#"{"body":"\u0000","labels":{}}"#, "it holds a NUL character"),
        ("{\n\"labels\":{},\n\"body\":tru}", "line 3: not JSON: "),
        ("{\"labels\":{},\n\"labels\":{}}", "line 2: not JSON: the name \"labels\" is given twice"),
    ])
    func recordsThatAreRefused(record: String, reason: String) throws {
        let file = try json("[\(record)]")
        #expect(file.rejected.count == 1 && file.rejected.first?.reason.hasPrefix(reason) == true, "\(file.rejected)")
        #expect(throws: PromptFileError.self) { try PromptDocument.read(bytes(record), as: .json) }
    }

    @Test(arguments: ["", " ", "[]", "{", "{}x", "3"])
    func filesThatAreNoDocument(text: String) {
        #expect(throws: PromptFileError.self) { try PromptDocument.read(bytes(text), as: .json) }
    }
}

@Suite struct ChecksumTests {
    private func document() -> PromptDocument {
        var document = PromptDocument(body: "b")
        document.name = "n"
        document.tags = ["b", "a"]
        document.metadata = ["k": "v", "l": ""]
        document.isTemplate = false
        document.templateFormat = TemplateFormat.none
        return document
    }

    @Test func checksumsStayWhatTheyAre() {
        let expected: [PromptDocument.Field: String] = [
            .name: "200ad15e", .tags: "25dcefc6", .metadata: "0332d900", .template: "cd7f221a",
        ]
        #expect(document().fieldChecksums == expected)
        #expect(PromptDocument(body: "b").fieldChecksums.isEmpty)
    }

    @Test func onlyWhatWasEditedIsEdited() throws {
        var document = document()
        #expect(document.editedFields == [.name, .tags, .metadata, .template])
        let base = Dictionary(uniqueKeysWithValues: document.fieldChecksums.map { ($0.key.rawValue, $0.value) })
        document.origin = .init(promptID: "a", versionID: "b", fieldBase: base)
        #expect(document.editedFields.isEmpty)
        document.body = "c"
        document.tags = ["a", "b", "a"]
        #expect(document.editedFields.isEmpty)
        document.name = "N"
        document.metadata?["l"] = nil
        document.category = ""
        document.templateFormat = .mustache
        #expect(document.editedFields == [.name, .metadata, .category, .template])
        document.name = nil
        #expect(document.editedFields == [.metadata, .category, .template])
        let again = try PromptDocument.read(document.written(as: .prompty), as: .prompty)
        #expect(again.editedFields == document.editedFields)
    }

    /// Neither the border between two texts nor how an accent is composed is lost.
    @Test func differentValuesDiffer() {
        var checksums: Set<String?> = []
        for tags in [[], [""], ["a"], ["a", "b"], ["ab"], ["a1:b"], ["e\u{301}"], ["\u{E9}"]] {
            var document = PromptDocument(body: "")
            document.tags = tags
            checksums.insert(document.fieldChecksums[.tags])
        }
        #expect(checksums.count == 8)
    }
}
