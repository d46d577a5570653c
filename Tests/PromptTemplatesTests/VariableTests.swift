import FoundationEssentials
import PromptTemplates
import Testing

@Suite struct VariableTests {
    private typealias Kind = TemplateVariable.Kind

    @Test(
        arguments: [
            (.text, "x", "x"), (.text, .number("1.0"), "1.0"), (.text, true, "true"), (.text, .list([]), nil),
            (.text, .object([:]), nil), (.number, .number("-0.5e3"), "-0.5e3"), (.number, "12", "12"),
            (.number, "12a", nil), (.number, "", nil), (.number, "01", nil), (.number, .number("x"), nil),
            (.number, true, nil), (.boolean, false, "false"), (.boolean, "true", "true"), (.boolean, "yes", nil),
            (.boolean, .number("1"), nil), (.list, .list(["a"]), #"["a"]"#), (.list, "[1, 2]", "[1,2]"),
            (.list, "a,b", nil), (.list, "{}", nil), (.list, .object([:]), nil),
            (.object, .object(["a": "b"]), #"{"a":"b"}"#),
            (.object, #" {"b": 1, "a": null} "#, #"{"a":null,"b":1}"#), (.object, "[]", nil), (.object, .list([]), nil),
        ] as [(TemplateVariable.Kind, TemplateValue, String?)])
    func types(type: TemplateVariable.Kind, value: TemplateValue, expected: String?) {
        let declared = [TemplateVariable(name: "x", type: type)]
        for (text, format) in [("{x}", .fstring), ("${x:no}", .dollar), ("{{x}}", .mustache)]
            as [(String, TemplateFormat)]
        {
            let rendered = try? render(text, format, ["x": value], declared: declared)
            #expect(rendered == expected)
            guard expected == nil else { continue }
            guard case .wrongType("x", type, _) = failure(text, format, ["x": value], declared: declared) else {
                Issue.record("no error about the type")
                continue
            }
        }
    }

    /// A text from a command line is a value of its type before a section asks.
    @Test func sectionsSeeTheType() throws {
        let declared = [TemplateVariable(name: "flag", type: .boolean), TemplateVariable(name: "list", type: .list)]
        let text = "{{#flag}}on{{/flag}}{{^flag}}off{{/flag}}{{#list}}<{{.}}>{{/list}}"
        let values: [String: TemplateValue] = ["flag": "false", "list": "[1,2]"]
        #expect(try render(text, .mustache, values, declared: declared) == "off<1><2>")
    }

    @Test(
        arguments: [
            ("a", nil), ("b", nil), ("c", "c"), ("", ""), ("é", nil), ("e\u{301}", "e\u{301}"),
            (.list(["a", "b"]), nil), (.list(["a", "x"]), "x"),
        ] as [(TemplateValue, String?)])
    func choices(value: TemplateValue, refused: String?) {
        var type = Kind.text
        if case .list = value { type = .list }
        let variable = TemplateVariable(name: "x", type: type, choices: ["a", "b", "é"])
        let error = refused.map { TemplateError.notAChoice(variable: "x", value: $0, choices: ["a", "b", "é"]) }
        #expect(failure("{x}", .fstring, ["x": value], declared: [variable]) == error)
    }

    @Test(
        arguments: [
            ("{x}", .fstring, "declared"), ("${x}", .dollar, "declared"), ("${x:text}", .dollar, "declared"),
            ("{{x}}", .mustache, "declared"), ("{{#x}}{{.}}{{/x}}", .mustache, "declared"),
        ] as [(String, TemplateFormat, String)])
    func defaults(text: String, format: TemplateFormat, expected: String) throws {
        let declared = [TemplateVariable(name: "x", defaultValue: "declared"), TemplateVariable(name: "x")]
        #expect(try render(text, format, declared: declared) == expected)
        #expect(try render(text, format, ["x": .null], declared: declared) == expected)
        #expect(try render(text, format, ["x": "given"], declared: declared) == "given")
    }

    @Test func whatIsNotRequired() throws {
        let optional = [TemplateVariable(name: "x", isRequired: false)]
        #expect(try render("[{x}]", .fstring, declared: optional) == "[]")
        #expect(try render("[{{x}}]", .mustache, declared: optional) == "[]")
        #expect(try render("[${x}] ${x:own}", .dollar, declared: optional) == "[own] own")
        let required = [TemplateVariable(name: "x", isRequired: true)]
        let missing = TemplateError.missingVariables([MissingVariable(name: "x", place: place(1, 1))])
        #expect(failure("{x}", .fstring, ["x": .null], declared: required) == missing)
        #expect(failure("${x:own}", .dollar, ["x": .null], declared: required) == nil)
    }

    @Test func defaultsAreCheckedToo() {
        let number = TemplateVariable(name: "n", type: .number, defaultValue: "many")
        let error = TemplateError.wrongType(variable: "n", expected: .number, found: "a text")
        #expect(failure("{n}", .fstring, declared: [number]) == error)
        #expect(failure("{n}", .fstring, ["n": "1"], declared: [number]) == nil)
    }

    @Test func allThatIsMissing() {
        let missing = [
            MissingVariable(name: "nmae", place: place(1, 1), nearest: "name"),
            MissingVariable(name: "brand_name", place: place(2, 1), nearest: "Brand Name"),
            MissingVariable(name: "other", place: place(2, 20)),
        ]
        let values: [String: TemplateValue] = ["name": "1", "Brand Name": "2", "used": "3"]
        #expect(failure("{nmae} {used}\n{brand_name} {nmae}{other}", .fstring, values) == .missingVariables(missing))
    }

    @Test func allThatIsUnknown() throws {
        let unknown = [UnknownVariable(name: "nmae", nearest: "name"), UnknownVariable(name: "zzz")]
        let values: [String: TemplateValue] = ["zzz": "1", "nmae": "2", "name": "3", "declared": "4", "inner": "5"]
        let declared = [TemplateVariable(name: "declared")]
        let text = "{{name}}{{#no}}{{inner}}{{/no}}"
        #expect(failure(text, .mustache, values, declared: declared) == .unknownVariables(unknown))
        #expect(try render(text, .mustache, values, declared: declared, strict: false) == "3")
    }

    /// What an include asks for is known, in a section that is passed over too.
    @Test func namesOfIncludesAreKnown() throws {
        let prompts = ["p": IncludedPrompt("{x}", format: .fstring)]
        #expect(try render("{{#no}}{{>p}}{{/no}}", .mustache, ["x": "1"], including: prompts).isEmpty)
    }

    @Test func namesAreToldApartByTheirBytes() throws {
        let missing = [MissingVariable(name: "é", place: place(1, 1), nearest: "e\u{301}")]
        #expect(failure("{é}", .fstring, ["e\u{301}": "1"]) == .missingVariables(missing))
        let text = "{é} {e\u{301}}"
        #expect(
            try Template(text, format: .fstring).variables.map(\.name).map(bytes) == [bytes("é"), bytes("e\u{301}")])
        let declared = [
            TemplateVariable(name: "é", defaultValue: "1"), TemplateVariable(name: "e\u{301}", defaultValue: "2"),
        ]
        #expect(try render(text, .fstring, declared: declared) == "1 2")
        #expect(try render(text, .fstring, ["e\u{301}": "3"], declared: declared) == "1 3")
    }

    @Test(arguments: [
        ("name", "nam", true), ("name", "Name", true), ("name", "naem", true), ("topic", "title", false),
        ("a", "b", false), ("a", "A", true), ("ab", "ac", false), ("user_name", "userName", true),
        ("abc", "xyz", false),
        (String(repeating: "long", count: 40), String(repeating: "long", count: 40) + "r", false), ("名前", "名", false),
    ])
    func suggestions(name: String, given: String, isNear: Bool) {
        let missing = MissingVariable(name: name, place: place(1, 1), nearest: isNear ? given : nil)
        #expect(failure("{\(name)}", .fstring, [given: "1"]) == .missingVariables([missing]))
    }
}

@Suite struct VariableCodingTests {
    @Test func fromJSON() throws {
        let json = """
            [{"name": "a"}, {"name": "b", "type": "number", "default": 5, "required": false, "enum": [5, 7.5, "x", true],
            "description": "how many"}, {"name": "c", "type": "list", "default": ["x", {"k": null}]},
            {"name": "d", "type": "boolean", "default": true, "required": true}, {"name": "e", "default": null}]
            """
        let expected = [
            TemplateVariable(name: "a"),
            TemplateVariable(
                name: "b", type: .number, defaultValue: "5", isRequired: false, choices: ["5", "7.5", "x", "true"],
                description: "how many"),
            TemplateVariable(name: "c", type: .list, defaultValue: #"["x",{"k":null}]"#),
            TemplateVariable(name: "d", type: .boolean, defaultValue: "true"), TemplateVariable(name: "e"),
        ]
        let variables = try JSONDecoder().decode([TemplateVariable].self, from: Data(json.utf8))
        #expect(variables == expected)
        let again = try JSONDecoder().decode([TemplateVariable].self, from: try JSONEncoder().encode(variables))
        #expect(again == expected)
    }

    @Test func toJSON() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let variable = TemplateVariable(name: "a", type: .list, defaultValue: "[]", choices: ["x"], description: "d")
        let json = String(decoding: try encoder.encode([variable, TemplateVariable(name: "b")]), as: UTF8.self)
        let first = #"{"default":"[]","description":"d","enum":["x"],"name":"a","required":true,"type":"list"}"#
        #expect(json == #"[\#(first),{"name":"b","required":true,"type":"text"}]"#)
    }

    @Test(arguments: [#"{}"#, #"{"name": 5}"#, #"{"name": "a", "type": "date"}"#, #"{"name": "a", "required": "no"}"#])
    func notVariables(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(TemplateVariable.self, from: Data(json.utf8)) }
    }
}
