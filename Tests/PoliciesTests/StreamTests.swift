import Testing

@testable import Policies

@Suite struct StreamTests {
    private static let before = "Sure: here you are, "
    private static let after = " and that is all of it."

    @Test(
        "A secret cut in two at any place never gets out",
        arguments: [
            Invented.key, Invented.openAI, Invented.token, Invented.privateKey, "password: xK9#vL2$mQ8w",
            "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "anna.schmidt@example.org", "+49 30 12345678",
        ])
    func split(_ secret: String) throws {
        let policies = [try policy(.pii, action: .block)]
        let whole = Self.before + secret + Self.after
        let expected = StreamOutcome(policies, [whole])
        #expect(expected.blocked == "pii")
        for place in whole.indices.dropFirst() {
            let outcome = StreamOutcome(policies, [String(whole[..<place]), String(whole[place...])])
            #expect(outcome == expected, "cut before \(whole[place...])")
        }
        let value = secret.split(separator: "word: ").last.map(String.init) ?? secret
        #expect(expected.release == whole.part(before: value))
    }

    @Test("Only what blocks holds anything back")
    func watching() throws {
        var check = StreamCheck([try policy(.pii, action: .alert)])
        #expect(check.feed("write to anna.schm").release == "write to anna.schm")
        let verdict = check.feed("idt@example.org now")
        #expect(verdict.release == "idt@example.org now")
        #expect(verdict.findings.map(\.finding.range) == [9..<33])
        #expect(verdict.blocked == nil)
    }

    @Test("What is clear goes out at once")
    func clear() throws {
        var check = StreamCheck([try policy(.pii, action: .block)])
        #expect(check.feed("Hello there. ").release == "Hello there. ")
        #expect(check.feed("card 4111 1111 ").release == "card ")
        #expect(check.feed("is no card. ").release == "4111 1111 is no card. ")
    }

    @Test("Nothing follows a block")
    func over() throws {
        var check = StreamCheck([try policy(.toxicity, action: .block)])
        #expect(check.feed("Well. I will kill you. ").blocked?.id == "toxicity")
        let more = check.feed("More")
        #expect(more.release.isEmpty && more.findings.isEmpty && more.blocked != nil)
        #expect(check.finish().release.isEmpty)
    }

    @Test("What is held back is bounded, and a longer match is none")
    func bounded() throws {
        var check = StreamCheck([try policy(.custom, #"{"patterns":["<[^>]*>"]}"#, action: .block)])
        var (sent, released) = (0, 0)
        for _ in 0..<400 {
            let chunk = sent == 0 ? "<" : String(repeating: "a", count: 100)
            sent += chunk.utf8.count
            released += check.feed(chunk).release.utf8.count
            #expect(sent - released <= PolicyLimits.patternMatchBytes + 100)
            #expect(check.held.count <= 3 * PolicyLimits.matchBytes)
        }
        let last = check.feed(">")
        #expect(last.blocked == nil)
        #expect(released + last.release.utf8.count + check.finish().release.utf8.count == sent + 1)
    }

    @Test("A long stream of what matches nothing keeps little")
    func long() throws {
        var check = StreamCheck([try policy(.pii, action: .block), try policy(.toxicity)])
        for index in 0..<3_000 {
            _ = check.feed("word \(index), ")
            #expect(check.held.count < 12_000)
        }
    }

    @Test("Required texts and the least length are judged at the end")
    func whole() throws {
        let rules = #"{"required":["not advice"],"min_length":20}"#
        let outcome = StreamOutcome([try policy(.custom, rules, action: .block)], ["Buy", " now"])
        #expect(outcome.release == "Buy now")
        #expect(outcome.blocked == "custom")
        #expect(outcome.findings.map(\.finding.kind) == ["min_length", "required"])
        let fine = StreamOutcome([try policy(.custom, rules, action: .block)], ["Buy now. This is N", "ot Advice."])
        #expect(fine.blocked == nil)
    }

    @Test("Exactly as many characters as are allowed go out")
    func longest() throws {
        let outcome = StreamOutcome([try policy(.custom, #"{"max_length":4}"#, action: .block)], ["äö", "üß€", "x"])
        #expect(outcome.release == "äöüß" && outcome.blocked == "custom")
        let told = StreamOutcome([try policy(.custom, #"{"max_length":4}"#)], ["äö", "üß€", "x"])
        #expect(told.release == "äöüß€x" && told.findings.count == 1)
    }

    @Test("Policies of other sides and kinds take no part")
    func sides() throws {
        let policies = [
            try policy(.pii, #"{"applies_to":"input"}"#, action: .block),
            try policy(.cost, threshold: 1, action: .block),
        ]
        #expect(StreamOutcome(policies, ["anna@example.org"]).release == "anna@example.org")
    }
}

extension String {
    /// All that stands before a text.
    fileprivate func part(before text: String) -> String {
        let place = firstRange(of: text)?.lowerBound ?? endIndex
        return String(self[..<place])
    }
}
