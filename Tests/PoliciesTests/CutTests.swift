import Testing

@testable import Policies

/// The property that streams are made for, with many texts and many cuts.
@Suite struct CutTests {
    private static let policies: [[Policy]] = {
        let sets: [[(PolicyKind, String, PolicyAction)]] = [
            [(.pii, "{}", .block)], [(.toxicity, #"{"words":["hot dog","café"]}"#, .block)],
            [(.pii, "{}", .block), (.toxicity, "{}", .warn), (.custom, #"{"patterns":["end\\b.*?\\bthen"]}"#, .block)],
            [(.custom, #"{"patterns":["(?<=a)b+c","^x","y$","(?m)^z","\\bfoo\\b","[0-9]+(?=px)"]}"#, .block)],
            [(.custom, #"{"forbidden":["the end"],"max_length":60}"#, .block), (.pii, "{}", .block)],
            [(.custom, #"{"required":["Thanks"],"min_length":40}"#, .block), (.pii, "{}", .log)],
        ]
        return sets.compactMap { set in
            try? set.enumerated().map { try policy($1.0, $1.1, action: $1.2, id: "\($0)") }
        }
    }()

    private static let texts: [String] = {
        let tables = ["pii-positive", "pii-negative", "toxicity-positive", "toxicity-negative"]
        var (random, texts): (Random, [String]) = (Random(state: 3), [])
        let rows = tables.flatMap { (try? Table.read($0)) ?? [] }.map { $0[1] }
        let pieces =
            rows + [
                "abbbc", "x", "xyz", "\nz", "y", "foo", "12px", "end ", "then", "hot dog", "cafe\u{301}", "🇩🇪👩‍👩‍👧 e\u{301}",
                "Thanks",
            ]
        for _ in 0..<150 {
            let some = (0..<Int.random(in: 1...4, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }
            texts.append(some.joined(separator: [" ", "", "\n", ". "].randomElement(using: &random) ?? " "))
        }
        return texts
    }()

    @Test("What goes out does not depend on where the chunks are cut", arguments: 0..<6)
    func cuts(_ set: Int) throws {
        let policies = try #require(Self.policies.count == 6 ? Self.policies[set] : nil)
        var (random, blocked) = (Random(state: UInt64(set) + 11), 0)
        for text in Self.texts {
            let expected = StreamOutcome(policies, [text])
            if expected.blocked != nil { blocked += 1 }
            for _ in 0..<5 {
                let chunks = cut(text, &random)
                let outcome = StreamOutcome(policies, chunks)
                #expect(outcome == expected, "\(chunks)")
                #expect(
                    Set(outcome.findings.map(\.finding.kind)) == Set(expected.findings.map(\.finding.kind))
                        || outcome.blocked != nil)
            }
            try agrees(expected, policies, text)
        }
        #expect(blocked > 2 && blocked < Self.texts.count)
    }

    /// A stream blocks where the whole text has findings of a policy that blocks, before the first of them.
    private func agrees(_ outcome: StreamOutcome, _ policies: [Policy], _ text: String) throws {
        let found = policies.filter { $0.action == .block }.flatMap { $0.findings(in: text, side: .output) }
        #expect((outcome.blocked != nil) == !found.isEmpty, "\(text)")
        guard !found.isEmpty else {
            #expect(outcome.release.utf8.elementsEqual(text.utf8))
            return
        }
        if let first = found.compactMap({ $0.range?.lowerBound }).min() { #expect(outcome.release.utf8.count == first) }
    }
}
