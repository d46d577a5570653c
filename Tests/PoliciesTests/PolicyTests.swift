import Testing

@testable import Policies

@Suite struct PolicyTests {
    @Test(
        "What does not suit the kind is refused",
        arguments: [
            (PolicyKind.pii, #"{"words":["a"]}"#, nil, "rules.words"),
            (.toxicity, #"{"kinds":["email"]}"#, nil, "rules.kinds"),
            (.custom, #"{"allow":["a"]}"#, nil, "rules.allow"),
            (.cost, #"{"applies_to":"both"}"#, 1, "rules.applies_to"),
            (.custom, "{}", nil, "rules"), (.toxicity, #"{"builtin":false}"#, nil, "rules"),
            (.custom, #"{"patterns":["a","("]}"#, nil, "rules.patterns[1]"),
            (.cost, "{}", nil, "threshold"), (.latency, "{}", -1, "threshold"), (.cost, "{}", .nan, "threshold"),
            (.pii, "{}", 1.5, "threshold"), (.toxicity, "{}", .nan, "threshold"),
            (.custom, #"{"min_length":1}"#, 0.5, "threshold"),
        ] as [(PolicyKind, String, Double?, String)])
    func unsuited(_ kind: PolicyKind, _ rules: String, _ threshold: Double?, _ field: String) {
        let fault = #expect(throws: PolicyFault.self) { try policy(kind, rules, threshold: threshold) }
        #expect(fault?.field == field)
    }

    @Test(
        "A bad regular expression gets PCRE2's words, or why it can't be used",
        arguments: [
            ("(a", "missing closing parenthesis (at byte 2)"), ("[z-a]", "range out of order"),
            ("a*", "matches the empty text"), ("\\Ga", "\\G"), ("a\\Kb", "\\K"), ("a(*COMMIT)b", "(*"),
            ("(?<=a{40})b", "looks behind"), ("a\\Cb", "\\C"),
        ])
    func patterns(_ pattern: String, _ message: String) {
        let fault = #expect(throws: PolicyFault.self) {
            try Policy(id: "p", name: "P", kind: .custom, rules: rules(pattern))
        }
        #expect(fault?.field == "rules.patterns[0]")
        #expect(fault?.message.contains(message) == true, "\(fault?.message ?? "")")
    }

    private func rules(_ pattern: String) -> PolicyRules {
        var rules = PolicyRules()
        rules.patterns = [pattern]
        return rules
    }

    @Test(
        "What only looks like a refused part is allowed",
        arguments: ["[(*]a", "\\\\Ka", "\\(*a", "\\Q(*\\Ea", "[]\\\\(*]a"])
    func allowed(_ pattern: String) throws {
        _ = try Policy(id: "p", name: "P", kind: .custom, rules: rules(pattern))
    }

    @Test("Cost and latency count above their threshold")
    func measures() throws {
        let cost = try policy(.cost, threshold: 0.5)
        #expect(cost.findings(costUSD: 0.5).isEmpty && cost.findings(milliseconds: 9_999).isEmpty)
        #expect(cost.findings(costUSD: 0.75) == [Finding(kind: "cost", measured: 0.75, threshold: 0.5)])
        let latency = try policy(.latency, threshold: 200)
        #expect(latency.findings(milliseconds: 200).isEmpty && latency.findings(costUSD: 999).isEmpty)
        #expect(latency.findings(milliseconds: 201).map(\.kind) == ["latency"])
        #expect(latency.findings(in: "anna@example.org", side: .input).isEmpty)
    }

    @Test("The threshold is the least confidence that counts")
    func threshold() throws {
        let text = "tracking 612 345 678"
        #expect(try policy(.pii).findings(in: text, side: .input).isEmpty)
        #expect(try policy(.pii, threshold: 0).findings(in: text, side: .input).map(\.kind) == ["phone"])
        #expect(try policy(.pii, threshold: 1).findings(in: "anna@example.org", side: .input).isEmpty)
    }

    @Test("What is allowed does not count")
    func allow() throws {
        let pii = try policy(.pii, #"{"allow":["@Example.org","4111 1111 1111 1111"]}"#)
        let text = "Anna@example.ORG, 4111 1111 1111 1111, bob@sub.example.org"
        #expect(pii.findings(in: text, side: .input).map(\.kind) == ["email"])
        let toxicity = try policy(.toxicity, #"{"allow":["Fuck OFF"]}"#)
        #expect(toxicity.findings(in: "fuck off", side: .input).isEmpty)
    }

    @Test("A side that it does not apply to is left alone")
    func sides() throws {
        let policy = try policy(.pii, #"{"applies_to":"output"}"#)
        #expect(policy.findings(in: "anna@example.org", side: .input).isEmpty)
        #expect(policy.findings(in: "anna@example.org", side: .output).count == 1)
    }

    @Test("Findings come in the order of the text, each once, with UTF-8 offsets")
    func order() throws {
        let text = "é +49 30 12345678, password=\(Invented.key) anna@example.org"
        let findings = try policy(.pii).findings(in: text, side: .input)
        #expect(findings.map(\.kind) == ["phone", "secret", "email"])
        let found = findings.compactMap { $0.range.map { String(decoding: Array(text.utf8)[$0], as: UTF8.self) } }
        #expect(found == ["+49 30 12345678", Invented.key, "anna@example.org"])
    }

    @Test("No more than a hundred are given back")
    func many() throws {
        let text = String(repeating: "anna@example.org ", count: 500)
        #expect(try policy(.pii).findings(in: text, side: .input).count == PolicyLimits.findings)
    }

    @Test("Severities are ordered")
    func severities() { #expect(PolicySeverity.allCases.sorted(by: >) == [.critical, .high, .medium, .low]) }
}
