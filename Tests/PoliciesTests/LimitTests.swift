import Testing

@testable import Policies

@Suite struct LimitTests {
    @Test(
        "A pattern that backtracks without end is given up, and counts",
        arguments: ["(a+)+$", "(a|aa)+$", "(?:a?){30}a{30}c", "(\\w+\\s?)+:"])
    func catastrophe(_ pattern: String) throws {
        var rules = PolicyRules()
        rules.patterns = [pattern]
        let text = String(repeating: "a", count: 100 * 1_024) + "!"
        let policy = try Policy(id: "p", name: "P", kind: .custom, rules: rules, action: .block)
        #expect(policy.findings(in: text, side: .input) == [.tooComplex])
        let outcome = StreamOutcome([policy], [text])
        #expect(outcome.blocked == "p" && outcome.release.utf8.count <= PolicyLimits.longMatches)
    }

    @Test("Where it only watches, a pattern that is too complex is told of once")
    func watching() throws {
        let watching = try policy(.custom, #"{"patterns":["(a+)+$"]}"#, action: .warn)
        let chunk = String(repeating: "a", count: 1_000) + "!"
        let outcome = StreamOutcome([watching], Array(repeating: chunk, count: 20))
        #expect(outcome.findings.map(\.finding) == [.tooComplex])
        #expect(outcome.release.utf8.count == 20 * 1_001)
    }

    @Test("Long texts of what nearly matches come to an end")
    func long() throws {
        let policies = [try policy(.pii), try policy(.toxicity)]
        for piece in [
            "a", "1 ", "a@", "a.", "-----BEGIN PRIVATE " + "KEY-----", ".ey" + "Jaaaaaaaaaaaaa", "you so ", "token=",
            "é",
        ] {
            let text = String(repeating: piece, count: 60_000 / piece.utf8.count)
            for policy in policies { #expect(policy.findings(in: text, side: .input).count <= PolicyLimits.findings) }
        }
    }

    @Test("A match may be as long as the limit and no longer")
    func length() throws {
        let policy = try policy(.custom, #"{"patterns":["<[^>]*>"]}"#)
        let most = PolicyLimits.patternMatchBytes - 2
        #expect(policy.findings(in: "<" + String(repeating: "a", count: most) + ">", side: .input).count == 1)
        #expect(policy.findings(in: "<" + String(repeating: "a", count: most + 2) + "> ", side: .input).isEmpty)
        #expect(policy.findings(in: "<<" + String(repeating: "é", count: most / 2 - 1) + "> ", side: .input).count == 1)
    }

    @Test("As many long words as are allowed are compiled")
    func words() throws {
        var rules = PolicyRules()
        rules.words = (0..<PolicyLimits.rules).map { "\(String(repeating: "aeiou", count: 30))\($0)" }
        let policy = try Policy(id: "p", name: "P", kind: .toxicity, rules: rules)
        let word = String(repeating: "aeiou", count: 30) + "255"
        #expect(policy.findings(in: "an \(word)", side: .input).map(\.kind) == ["word"])
    }

    @Test("Text that is no sense of any kind traps nowhere")
    func random() throws {
        let policies = [try policy(.pii, action: .block), try policy(.toxicity, #"{"words":["é"]}"#, action: .block)]
        var random = Random(state: 9)
        let alphabet = Array("0123456789 -.+@():/=aAeEyJsk_\u{301}é€😀\n\r\u{200D}".unicodeScalars)
        for _ in 0..<400 {
            var text = String.UnicodeScalarView()
            for _ in 0..<60 { text.append(alphabet.randomElement(using: &random) ?? " ") }
            for policy in policies { _ = policy.findings(in: String(text), side: .output) }
            let whole = StreamOutcome(policies, [String(text)])
            #expect(StreamOutcome(policies, cut(String(text), &random)) == whole)
        }
    }

    @Test("A policy is used by many threads at once")
    func threads() async throws {
        let policy = try policy(.pii)
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<64 {
                group.addTask { policy.findings(in: "call +49 30 12345678 or anna@example.org", side: .input).count }
            }
            for await count in group { #expect(count == 2) }
        }
    }
}
