import PromptTemplates
import Testing

@Suite struct DollarTests {
    private static let values: [String: TemplateValue] = [
        "name": "Ann", "a": "1", "名前": "花子", "Job Title": "Baker", "empty": "", "null": .null, "a.b[0]": "code",
    ]

    @Test(arguments: [
        ("", ""), ("plain $5 $name $$ {name} }", "plain $5 $name $$ {name} }"), ("${name}", "Ann"), ("${a}${a}", "11"),
        ("${ name }", "Ann"), ("${\tname\t:x}", "Ann"), ("${名前}さん", "花子さん"), ("${Job Title}", "Baker"),
        ("${a.b[0]}", "code"), ("${x:}", ""), ("${x:y}", "y"), ("${a:y}", "1"), ("${empty:y}", ""), ("${null:y}", "y"),
        ("${null}", ""), ("${x:Software Developer}", "Software Developer"), ("${x: 16:9 | 4:3}", " 16:9 | 4:3"),
        ("${x:-y}", "-y"), ("${x:two\nlines}", "two\nlines"), ("${x:two\r\nlines}", "two\r\nlines"),
        ("${x:😀 花}", "😀 花"), ("${x:{}}", "{}"), ("${x:y}}", "y}"),
        (#"${x:\{\}}"#, #"\{}"#), (#"${x:a\}b}"#, "a}b"), (#"${x:\\}"#, #"\"#), (#"${x:C:\dir\n}"#, #"C:\dir\n"#),
        (#"${x:\\\}}"#, #"\}"#), (#"\${a}"#, #"\1"#), ("${x:$5 $y $}", "$5 $y $"),
        ("$${a}", "${a}"), ("$${", "${"), ("$$${a}", "$${a}"), ("$${a}${a}", "${a}1"), (#"${x:$${y\}}"#, "${y}"),
        ("${x:${a}}", "1"), ("${x:[${y:(${a})}]}", "[(1)]"), ("${x:${a}${name}}", "1Ann"), ("${a:${y}}", "1"),
        ("${x:${b1:${b2:${b3:${b4:${b5:deep}}}}}}", "deep"), ("${x:y} ${x}", "y y"), ("${x} ${x:y}", "y y"),
        ("${x:y} ${x:z} ${x}", "y z y"), ("\r\n${a}\r\n", "\r\n1\r\n"),
    ])
    func rendering(text: String, expected: String) throws {
        #expect(bytes(try render(text, .dollar, Self.values, strict: false)) == bytes(expected))
    }

    @Test(
        arguments: [
            ("${", .unclosed(.dollar, at: place(1, 1))), ("x\n ${name", .unclosed(.dollar, at: place(2, 2))),
            ("${name\n}", .unclosed(.dollar, at: place(1, 1))), ("${a:b", .unclosed(.dollar, at: place(1, 1))),
            (#"${a:b\}"#, .unclosed(.dollar, at: place(1, 1))), ("${a:${b}", .unclosed(.dollar, at: place(1, 1))),
            ("${a:${b", .unclosed(.dollar, at: place(1, 5))), ("$${ ${", .unclosed(.dollar, at: place(1, 5))),
            ("${}", .invalidName("", .empty, at: place(1, 1))), ("${ :x}", .invalidName("", .empty, at: place(1, 1))),
            ("${${a}}", .invalidName("$", .brace, at: place(1, 1))),
            ("é${{ secrets.A }}", .invalidName("", .brace, at: place(1, 2))),
            (
                "${1:${2:${3:${4:${5:${6:${7:x}}}}}}}",
                .nestingTooDeep(limit: TemplateLimits.nestedDefaults, at: place(1, 25))
            ),
        ] as [(String, TemplateError)])
    func errors(text: String, error: TemplateError) { #expect(failure(text, .dollar) == error) }

    @Test func variablesInOrder() throws {
        let template = try Template("${b}\n${a:x ${c:1} $${ \\}} ${b:later} ${a:no} ${ b }", format: .dollar)
        #expect(
            template.variables == [
                Placeholder(name: "b", defaultValue: "later", line: 1, column: 1),
                Placeholder(name: "a", defaultValue: "x ${c:1} ${ }", line: 2, column: 1),
                Placeholder(name: "c", defaultValue: "1", line: 2, column: 7),
            ])
    }

    /// A default with a placeholder in it serves its own place only; else these two would never end.
    @Test func defaultsOfEachOther() {
        let missing = [("b", 1, 5), ("a", 1, 15)].map { MissingVariable(name: $0, place: place($1, $2)) }
        #expect(failure("${a:${b}} ${b:${a}}", .dollar) == .missingVariables(missing))
    }
}
