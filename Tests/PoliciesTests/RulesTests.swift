import Testing

@testable import Policies

@Suite struct RulesTests {
    @Test("Every field is read")
    func fields() throws {
        let json = #"""
            {"kinds":["email","card"], "allow":["@example.org","x\u00e9\ud83d\ude00\n"], "words":[], "patterns":["a\\d"],
             "builtin":false, "required":["r"], "forbidden":["f"], "min_length":1e1, "max_length":20, "applies_to":"output"}
            """#
        let rules = try PolicyRules(json: Array(json.utf8))
        #expect(rules.kinds == [.email, .card])
        #expect(rules.allow == ["@example.org", "xé😀\n"])
        #expect(rules.words == [] && rules.patterns == ["a\\d"] && rules.builtIn == false)
        #expect(rules.required == ["r"] && rules.forbidden == ["f"])
        #expect(rules.minLength == 10 && rules.maxLength == 20 && rules.side == .output)
        #expect(rules.written.count == 10)
    }

    @Test(
        "What is wrong is told with its field",
        arguments: [
            ("", "rules"), ("[]", "rules"), ("{", "rules"), ("{}x", "rules"), (#"{"words":["a"]"#, "rules"),
            (#"{"word":["a"]}"#, "rules.word"), (#"{"words":"a"}"#, "rules.words"), (#"{"words":[1]}"#, "rules.words"),
            (#"{"words":[["a"]]}"#, "rules.words"), (#"{"words":{"a":1}}"#, "rules.words"),
            (#"{"words":["a",""]}"#, "rules.words[1]"), (#"{"words":null}"#, "rules.words"),
            (#"{"words":["a"],"words":["b"]}"#, "rules.words"), (#"{"words":["\q"]}"#, "rules.words"),
            (#"{"words":["\ud800"]}"#, "rules.words"), (#"{"words":["\u12"]}"#, "rules.words"),
            (#"{"words":["a"#, "rules.words"), (#"{"words":["a\"#, "rules.words"),
            (#"{"words":["a",]}"#, "rules.words"),
            (#"{"builtin":"yes"}"#, "rules.builtin"), (#"{"builtin":truth}"#, "rules.builtin"),
            (#"{"kinds":["mail"]}"#, "rules.kinds[0]"), (#"{"kinds":[]}"#, "rules.kinds"),
            (#"{"min_length":-1}"#, "rules.min_length"), (#"{"min_length":1.5}"#, "rules.min_length"),
            (#"{"min_length":1e400}"#, "rules.min_length"), (#"{"min_length":--1}"#, "rules.min_length"),
            (#"{"min_length":3,"max_length":2}"#, "rules.min_length"), (#"{"applies_to":"all"}"#, "rules.applies_to"),
            (#"{"applies_to":true}"#, "rules.applies_to"),
        ])
    func faults(_ json: String, _ field: String) {
        let fault = #expect(throws: PolicyFault.self) { try PolicyRules(json: Array(json.utf8)) }
        #expect(fault?.field == field)
        #expect(fault?.message.isEmpty == false)
    }

    @Test("An unknown field's message says which there are")
    func known() {
        let fault = #expect(throws: PolicyFault.self) { try PolicyRules(json: Array(#"{"word":[]}"#.utf8)) }
        #expect(fault?.message.contains("words, patterns") == true)
    }

    @Test("Sizes are bounded")
    func sizes() {
        let long = String(repeating: "a", count: PolicyLimits.patternBytes + 1)
        let many = Array(repeating: "\"a\"", count: PolicyLimits.rules).joined(separator: ",")
        for json in [
            #"{"words":["\#(long)"]}"#, #"{"words":[\#(many),"b"]}"#, #"{"words":[\#(many)],"patterns":["b"]}"#,
            String(repeating: " ", count: PolicyLimits.rulesBytes) + "{}",
        ] {
            #expect(throws: PolicyFault.self) { try PolicyRules(json: Array(json.utf8)) }
        }
    }

    @Test("Whatever the bytes, they are read or refused")
    func random() {
        let whole = Array(#"{"words":["a\u00e9"],"builtin":true,"min_length":12,"applies_to":"both"}"#.utf8)
        var (random, read) = (Random(state: 5), 0)
        for _ in 0..<5_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = bytes.indices.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes = Array(bytes[..<place])
                }
                if bytes.isEmpty { break }
            }
            if (try? PolicyRules(json: bytes)) != nil { read += 1 }
        }
        #expect(read > 500)
    }
}
