import Testing

/// One case of the mustache specification.
struct SpecCase: Sendable, CustomTestStringConvertible {
    let name: String
    let template: String
    let data: String
    let expected: String
    let partials: [String: String]

    init(_ name: String, _ template: String, _ data: String, _ expected: String, _ partials: [String: String] = [:]) {
        self.name = name
        self.template = template
        self.data = data
        self.expected = expected
        self.partials = partials
    }

    var testDescription: String { name }
}

/// The cases of https://github.com/mustache/spec (MIT licence), as of 9cb20c3 from January 2025, but for those that need
/// HTML escaping, values that are no object, recursion, or names without a value to be passed over in silence.
enum MustacheSpec {
    static let comments: [SpecCase] = [
        .init("Inline", "12345{{! Comment Block! }}67890", "{}", "1234567890"),
        .init("Multiline", "12345{{!\n  This is a\n  multi-line comment...\n}}67890\n", "{}", "1234567890\n"),
        .init("Standalone", "Begin.\n{{! Comment Block! }}\nEnd.\n", "{}", "Begin.\nEnd.\n"),
        .init("Indented Standalone", "Begin.\n  {{! Indented Comment Block! }}\nEnd.\n", "{}", "Begin.\nEnd.\n"),
        .init("Standalone Line Endings", "|\r\n{{! Standalone Comment }}\r\n|", "{}", "|\r\n|"),
        .init("Standalone Without Previous Line", "  {{! I'm Still Standalone }}\n!", "{}", "!"),
        .init("Standalone Without Newline", "!\n  {{! I'm Still Standalone }}", "{}", "!\n"),
        .init("Multiline Standalone", "Begin.\n{{!\nSomething's going on here...\n}}\nEnd.\n", "{}", "Begin.\nEnd.\n"),
        .init(
            "Indented Multiline Standalone", "Begin.\n  {{!\n    Something's going on here...\n  }}\nEnd.\n", "{}",
            "Begin.\nEnd.\n"),
        .init("Indented Inline", "  12 {{! 34 }}\n", "{}", "  12 \n"),
        .init("Surrounding Whitespace", "12345 {{! Comment Block! }} 67890", "{}", "12345  67890"),
    ]

    static let interpolation: [SpecCase] = [
        .init("No Interpolation", "Hello from {Mustache}!\n", "{}", "Hello from {Mustache}!\n"),
        .init("Basic Interpolation", "Hello, {{subject}}!\n", #"{"subject": "world"}"#, "Hello, world!\n"),
        .init(
            "No Re-interpolation", "{{template}}: {{planet}}", #"{"template": "{{planet}}", "planet": "Earth"}"#,
            "{{planet}}: Earth"),
        .init(
            "Triple Mustache", "These characters should not be HTML escaped: {{{forbidden}}}\n",
            #"{"forbidden": "& \" < >"}"#, "These characters should not be HTML escaped: & \" < >\n"),
        .init(
            "Ampersand", "These characters should not be HTML escaped: {{&forbidden}}\n", #"{"forbidden": "& \" < >"}"#,
            "These characters should not be HTML escaped: & \" < >\n"),
        .init("Basic Integer Interpolation", "\"{{mph}} miles an hour!\"", #"{"mph": 85}"#, "\"85 miles an hour!\""),
        .init(
            "Triple Mustache Integer Interpolation", "\"{{{mph}}} miles an hour!\"", #"{"mph": 85}"#,
            "\"85 miles an hour!\""),
        .init(
            "Ampersand Integer Interpolation", "\"{{&mph}} miles an hour!\"", #"{"mph": 85}"#, "\"85 miles an hour!\""),
        .init("Basic Decimal Interpolation", "\"{{power}} jiggawatts!\"", #"{"power": 1.21}"#, "\"1.21 jiggawatts!\""),
        .init(
            "Triple Mustache Decimal Interpolation", "\"{{{power}}} jiggawatts!\"", #"{"power": 1.21}"#,
            "\"1.21 jiggawatts!\""),
        .init(
            "Ampersand Decimal Interpolation", "\"{{&power}} jiggawatts!\"", #"{"power": 1.21}"#,
            "\"1.21 jiggawatts!\""),
        .init("Basic Null Interpolation", "I ({{cannot}}) be seen!", #"{"cannot": null}"#, "I () be seen!"),
        .init("Triple Mustache Null Interpolation", "I ({{{cannot}}}) be seen!", #"{"cannot": null}"#, "I () be seen!"),
        .init("Ampersand Null Interpolation", "I ({{&cannot}}) be seen!", #"{"cannot": null}"#, "I () be seen!"),
        .init(
            "Dotted Names - Basic Interpolation", "\"{{person.name}}\" == \"{{#person}}{{name}}{{/person}}\"",
            #"{"person": {"name": "Joe"}}"#, "\"Joe\" == \"Joe\""),
        .init(
            "Dotted Names - Triple Mustache Interpolation",
            "\"{{{person.name}}}\" == \"{{#person}}{{{name}}}{{/person}}\"", #"{"person": {"name": "Joe"}}"#,
            "\"Joe\" == \"Joe\""),
        .init(
            "Dotted Names - Ampersand Interpolation", "\"{{&person.name}}\" == \"{{#person}}{{&name}}{{/person}}\"",
            #"{"person": {"name": "Joe"}}"#, "\"Joe\" == \"Joe\""),
        .init(
            "Dotted Names - Arbitrary Depth", "\"{{a.b.c.d.e.name}}\" == \"Phil\"",
            #"{"a": {"b": {"c": {"d": {"e": {"name": "Phil"}}}}}}"#, "\"Phil\" == \"Phil\""),
        .init(
            "Dotted Names - Initial Resolution", "\"{{#a}}{{b.c.d.e.name}}{{/a}}\" == \"Phil\"",
            #"{"a": {"b": {"c": {"d": {"e": {"name": "Phil"}}}}}, "b": {"c": {"d": {"e": {"name": "Wrong"}}}}}"#,
            "\"Phil\" == \"Phil\""),
        .init("Dotted Names - No Masking", "{{a.b}}", #"{"a.b": "c", "a": {"b": "d"}}"#, "d"),
        .init("Interpolation - Surrounding Whitespace", "| {{string}} |", #"{"string": "---"}"#, "| --- |"),
        .init("Triple Mustache - Surrounding Whitespace", "| {{{string}}} |", #"{"string": "---"}"#, "| --- |"),
        .init("Ampersand - Surrounding Whitespace", "| {{&string}} |", #"{"string": "---"}"#, "| --- |"),
        .init("Interpolation - Standalone", "  {{string}}\n", #"{"string": "---"}"#, "  ---\n"),
        .init("Triple Mustache - Standalone", "  {{{string}}}\n", #"{"string": "---"}"#, "  ---\n"),
        .init("Ampersand - Standalone", "  {{&string}}\n", #"{"string": "---"}"#, "  ---\n"),
        .init("Interpolation With Padding", "|{{ string }}|", #"{"string": "---"}"#, "|---|"),
        .init("Triple Mustache With Padding", "|{{{ string }}}|", #"{"string": "---"}"#, "|---|"),
        .init("Ampersand With Padding", "|{{& string }}|", #"{"string": "---"}"#, "|---|"),
    ]

    static let sections: [SpecCase] = [
        .init(
            "Truthy", "\"{{#boolean}}This should be rendered.{{/boolean}}\"", #"{"boolean": true}"#,
            "\"This should be rendered.\""),
        .init("Falsey", "\"{{#boolean}}This should not be rendered.{{/boolean}}\"", #"{"boolean": false}"#, "\"\""),
        .init("Null is falsey", "\"{{#null}}This should not be rendered.{{/null}}\"", #"{"null": null}"#, "\"\""),
        .init("Context", "\"{{#context}}Hi {{name}}.{{/context}}\"", #"{"context": {"name": "Joe"}}"#, "\"Hi Joe.\""),
        .init(
            "Parent contexts", "\"{{#sec}}{{a}}, {{b}}, {{c.d}}{{/sec}}\"",
            #"{"a": "foo", "b": "wrong", "sec": {"b": "bar"}, "c": {"d": "baz"}}"#, "\"foo, bar, baz\""),
        .init("Variable test", "\"{{#foo}}{{.}} is {{foo}}{{/foo}}\"", #"{"foo": "bar"}"#, "\"bar is bar\""),
        .init(
            "List Contexts",
            "{{#tops}}{{#middles}}{{tname.lower}}{{mname}}.{{#bottoms}}{{tname.upper}}{{mname}}{{bname}}.{{/bottoms}}{{/middles}}{{/tops}}",
            #"{"tops": [{"tname": {"upper": "A", "lower": "a"}, "middles": [{"mname": "1", "bottoms": [{"bname": "x"}, {"bname": "y"}]}]}]}"#,
            "a1.A1x.A1y."),
        .init(
            "List", "\"{{#list}}{{item}}{{/list}}\"", #"{"list": [{"item": 1}, {"item": 2}, {"item": 3}]}"#, "\"123\""),
        .init("Empty List", "\"{{#list}}Yay lists!{{/list}}\"", #"{"list": []}"#, "\"\""),
        .init(
            "Doubled", "{{#bool}}\n* first\n{{/bool}}\n* {{two}}\n{{#bool}}\n* third\n{{/bool}}\n",
            #"{"bool": true, "two": "second"}"#, "* first\n* second\n* third\n"),
        .init(
            "Nested (Truthy)", "| A {{#bool}}B {{#bool}}C{{/bool}} D{{/bool}} E |", #"{"bool": true}"#,
            "| A B C D E |"),
        .init("Nested (Falsey)", "| A {{#bool}}B {{#bool}}C{{/bool}} D{{/bool}} E |", #"{"bool": false}"#, "| A  E |"),
        .init("Context Misses", "[{{#missing}}Found key 'missing'!{{/missing}}]", "{}", "[]"),
        .init(
            "Implicit Iterator - String", "\"{{#list}}({{.}}){{/list}}\"", #"{"list": ["a", "b", "c", "d", "e"]}"#,
            "\"(a)(b)(c)(d)(e)\""),
        .init(
            "Implicit Iterator - Integer", "\"{{#list}}({{.}}){{/list}}\"", #"{"list": [1, 2, 3, 4, 5]}"#,
            "\"(1)(2)(3)(4)(5)\""),
        .init(
            "Implicit Iterator - Decimal", "\"{{#list}}({{.}}){{/list}}\"", #"{"list": [1.1, 2.2, 3.3, 4.4, 5.5]}"#,
            "\"(1.1)(2.2)(3.3)(4.4)(5.5)\""),
        .init(
            "Implicit Iterator - Array", "\"{{#list}}({{#.}}{{.}}{{/.}}){{/list}}\"",
            #"{"list": [[1, 2, 3], ["a", "b", "c"]]}"#, "\"(123)(abc)\""),
        .init(
            "Implicit Iterator - Triple mustache", "\"{{#list}}({{{.}}}){{/list}}\"",
            #"{"list": ["&", "\"", "<", ">"]}"#, "\"(&)(\")(<)(>)\""),
        .init(
            "Implicit Iterator - Ampersand", "\"{{#list}}({{&.}}){{/list}}\"", #"{"list": ["&", "\"", "<", ">"]}"#,
            "\"(&)(\")(<)(>)\""),
        .init(
            "Dotted Names - Truthy", "\"{{#a.b.c}}Here{{/a.b.c}}\" == \"Here\"", #"{"a": {"b": {"c": true}}}"#,
            "\"Here\" == \"Here\""),
        .init(
            "Dotted Names - Falsey", "\"{{#a.b.c}}Here{{/a.b.c}}\" == \"\"", #"{"a": {"b": {"c": false}}}"#,
            "\"\" == \"\""),
        .init("Dotted Names - Broken Chains", "\"{{#a.b.c}}Here{{/a.b.c}}\" == \"\"", #"{"a": {}}"#, "\"\" == \"\""),
        .init(
            "Surrounding Whitespace", " | {{#boolean}}\t|\t{{/boolean}} | \n", #"{"boolean": true}"#, " | \t|\t | \n"),
        .init(
            "Internal Whitespace", " | {{#boolean}} {{! Important Whitespace }}\n {{/boolean}} | \n",
            #"{"boolean": true}"#, " |  \n  | \n"),
        .init(
            "Indented Inline Sections", " {{#boolean}}YES{{/boolean}}\n {{#boolean}}GOOD{{/boolean}}\n",
            #"{"boolean": true}"#, " YES\n GOOD\n"),
        .init(
            "Standalone Lines", "| This Is\n{{#boolean}}\n|\n{{/boolean}}\n| A Line\n", #"{"boolean": true}"#,
            "| This Is\n|\n| A Line\n"),
        .init(
            "Indented Standalone Lines", "| This Is\n  {{#boolean}}\n|\n  {{/boolean}}\n| A Line\n",
            #"{"boolean": true}"#, "| This Is\n|\n| A Line\n"),
        .init("Standalone Line Endings", "|\r\n{{#boolean}}\r\n{{/boolean}}\r\n|", #"{"boolean": true}"#, "|\r\n|"),
        .init("Standalone Without Previous Line", "  {{#boolean}}\n#{{/boolean}}\n/", #"{"boolean": true}"#, "#\n/"),
        .init("Standalone Without Newline", "#{{#boolean}}\n/\n  {{/boolean}}", #"{"boolean": true}"#, "#\n/\n"),
        .init("Padding", "|{{# boolean }}={{/ boolean }}|", #"{"boolean": true}"#, "|=|"),
    ]

    static let inverted: [SpecCase] = [
        .init(
            "Falsey", "\"{{^boolean}}This should be rendered.{{/boolean}}\"", #"{"boolean": false}"#,
            "\"This should be rendered.\""),
        .init("Truthy", "\"{{^boolean}}This should not be rendered.{{/boolean}}\"", #"{"boolean": true}"#, "\"\""),
        .init(
            "Null is falsey", "\"{{^null}}This should be rendered.{{/null}}\"", #"{"null": null}"#,
            "\"This should be rendered.\""),
        .init("Context", "\"{{^context}}Hi {{name}}.{{/context}}\"", #"{"context": {"name": "Joe"}}"#, "\"\""),
        .init("List", "\"{{^list}}{{n}}{{/list}}\"", #"{"list": [{"n": 1}, {"n": 2}, {"n": 3}]}"#, "\"\""),
        .init("Empty List", "\"{{^list}}Yay lists!{{/list}}\"", #"{"list": []}"#, "\"Yay lists!\""),
        .init(
            "Doubled", "{{^bool}}\n* first\n{{/bool}}\n* {{two}}\n{{^bool}}\n* third\n{{/bool}}\n",
            #"{"bool": false, "two": "second"}"#, "* first\n* second\n* third\n"),
        .init(
            "Nested (Falsey)", "| A {{^bool}}B {{^bool}}C{{/bool}} D{{/bool}} E |", #"{"bool": false}"#,
            "| A B C D E |"),
        .init("Nested (Truthy)", "| A {{^bool}}B {{^bool}}C{{/bool}} D{{/bool}} E |", #"{"bool": true}"#, "| A  E |"),
        .init(
            "Context Misses", "[{{^missing}}Cannot find key 'missing'!{{/missing}}]", "{}",
            "[Cannot find key 'missing'!]"),
        .init(
            "Dotted Names - Truthy", "\"{{^a.b.c}}Not Here{{/a.b.c}}\" == \"\"", #"{"a": {"b": {"c": true}}}"#,
            "\"\" == \"\""),
        .init(
            "Dotted Names - Falsey", "\"{{^a.b.c}}Not Here{{/a.b.c}}\" == \"Not Here\"", #"{"a": {"b": {"c": false}}}"#,
            "\"Not Here\" == \"Not Here\""),
        .init(
            "Dotted Names - Broken Chains", "\"{{^a.b.c}}Not Here{{/a.b.c}}\" == \"Not Here\"", #"{"a": {}}"#,
            "\"Not Here\" == \"Not Here\""),
        .init(
            "Surrounding Whitespace", " | {{^boolean}}\t|\t{{/boolean}} | \n", #"{"boolean": false}"#, " | \t|\t | \n"),
        .init(
            "Internal Whitespace", " | {{^boolean}} {{! Important Whitespace }}\n {{/boolean}} | \n",
            #"{"boolean": false}"#, " |  \n  | \n"),
        .init(
            "Indented Inline Sections", " {{^boolean}}NO{{/boolean}}\n {{^boolean}}WAY{{/boolean}}\n",
            #"{"boolean": false}"#, " NO\n WAY\n"),
        .init(
            "Standalone Lines", "| This Is\n{{^boolean}}\n|\n{{/boolean}}\n| A Line\n", #"{"boolean": false}"#,
            "| This Is\n|\n| A Line\n"),
        .init(
            "Standalone Indented Lines", "| This Is\n  {{^boolean}}\n|\n  {{/boolean}}\n| A Line\n",
            #"{"boolean": false}"#, "| This Is\n|\n| A Line\n"),
        .init("Standalone Line Endings", "|\r\n{{^boolean}}\r\n{{/boolean}}\r\n|", #"{"boolean": false}"#, "|\r\n|"),
        .init("Standalone Without Previous Line", "  {{^boolean}}\n^{{/boolean}}\n/", #"{"boolean": false}"#, "^\n/"),
        .init("Standalone Without Newline", "^{{^boolean}}\n/\n  {{/boolean}}", #"{"boolean": false}"#, "^\n/\n"),
        .init("Padding", "|{{^ boolean }}={{/ boolean }}|", #"{"boolean": false}"#, "|=|"),
    ]

    static let partials: [SpecCase] = [
        .init("Basic Behavior", "\"{{>text}}\"", "{}", "\"from partial\"", ["text": "from partial"]),
        .init("Context", "\"{{>partial}}\"", #"{"text": "content"}"#, "\"*content*\"", ["partial": "*{{text}}*"]),
        .init(
            "Nested", "{{>outer}}", #"{"a": "hello", "b": "world"}"#, "*hello world!*",
            ["outer": "*{{a}} {{>inner}}*", "inner": "{{b}}!"]),
        .init("Surrounding Whitespace", "| {{>partial}} |", "{}", "| \t|\t |", ["partial": "\t|\t"]),
        .init(
            "Inline Indentation", "  {{data}}  {{> partial}}\n", #"{"data": "|"}"#, "  |  >\n>\n", ["partial": ">\n>"]),
        .init("Standalone Line Endings", "|\r\n{{>partial}}\r\n|", "{}", "|\r\n>|", ["partial": ">"]),
        .init("Standalone Without Previous Line", "  {{>partial}}\n>", "{}", "  >\n  >>", ["partial": ">\n>"]),
        .init("Standalone Without Newline", ">\n  {{>partial}}", "{}", ">\n  >\n  >", ["partial": ">\n>"]),
        .init(
            "Standalone Indentation", "\\\n {{>partial}}\n/\n", #"{"content": "<\n->"}"#, "\\\n |\n <\n->\n |\n/\n",
            ["partial": "|\n{{{content}}}\n|\n"]),
        .init("Padding Whitespace", "|{{> partial }}|", #"{"boolean": true}"#, "|[]|", ["partial": "[]"]),
    ]
}
