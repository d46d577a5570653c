import PromptTemplates
import Testing

@Suite struct ErrorTests {
    @Test(
        arguments: [
            (
                .unclosed(.mustache, at: place(1, 2)),
                "line 1, column 2: the {{ that opens here is never closed; close it with }} (or }}} after {{{)"
            ),
            (
                .unsupported(.formatSpecification, shown: "{x:.2f}", at: place(3, 4, of: "a@b")),
                #"line 3, column 4 of "a@b": "{x:.2f}" has a format specification; only {name} is allowed here, "#
                    + "and {{ and }} for literal braces"
            ),
            (
                .missingVariables([
                    MissingVariable(name: "nmae", place: place(1, 1), nearest: "name"),
                    MissingVariable(name: "é", place: place(2, 1), nearest: "e\u{301}"),
                    MissingVariable(name: "x", place: place(3, 1, of: "p")),
                ]),
                #"no value for "nmae" (line 1, column 1; "name" was given), "é" (line 2, column 1; the given one only "#
                    + #"looks the same: "e\u{301}" is not "\u{E9}"), "x" (line 3, column 1 of "p"); give one, or a default"#
            ),
            (
                .unknownVariables([UnknownVariable(name: "nmae", nearest: "name"), UnknownVariable(name: "x\u{1B}[2J")]
                ),
                #"no placeholder for "nmae" (did you mean "name"?), "x\u{1B}[2J"; take it out, or correct its name"#
            ),
            (
                .notAChoice(variable: "x", value: "d", choices: ["a", "b", "c"]),
                #""d" is not a choice for "x"; give "a", "b" or "c""#
            ),
            (
                .wrongType(variable: "x", expected: .boolean, found: "a text"),
                #""x" takes true or false, and was given a text; give true or false"#
            ),
            (
                .includeCycle(["a", "b@v", "a"], at: place(1, 1)),
                #"line 1, column 1: the include comes back to itself: "a" → "b@v" → "a"; take one of them out"#
            ),
            (.outputTooLarge, "the text comes to more than 8 MiB; give less, or include less"),
        ] as [(TemplateError, String)])
    func descriptions(error: TemplateError, text: String) { #expect(bytes("\(error)") == bytes(text)) }

    @Test func listsAreCutShort() {
        let missing = (1...2_000).map { number in
            MissingVariable(name: String(repeating: "x", count: number), place: place(1, 1))
        }
        let text = TemplateError.missingVariables(missing).description
        #expect(text.utf8.count < 2_000)
        #expect(text.contains("and 1988 more"))
    }
}
