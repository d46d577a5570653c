import Policies
import Testing

/// The tables were written before the detectors, from what people would expect. The floors are what was reached; the
/// cases that are wrong are printed.
@Suite struct TableTests {
    private func rates(_ policy: Policy, _ name: String) throws -> (rates: Rates, negatives: Int) {
        var rates = Rates()
        let negatives = try Table.read("\(name)-negative")
        for row in try Table.read("\(name)-positive") {
            rates.positive(row[0], row[1], policy.findings(in: row[1], side: .input))
        }
        for row in negatives { rates.negative(row[1], policy.findings(in: row[1], side: .input)) }
        print(rates.report("\(name): \(rates.recalled) of \(rates.positives) found, \(negatives.count) negatives"))
        return (rates, negatives.count)
    }

    @Test func personalData() throws {
        let (rates, negatives) = try rates(policy(.pii), "pii")
        #expect(rates.positives >= 200 && negatives >= 200)
        #expect(rates.recalled >= 201)
        #expect(rates.falsePositives <= 1)
    }

    @Test func toxicity() throws {
        let (rates, negatives) = try rates(policy(.toxicity), "toxicity")
        #expect(rates.positives >= 100 && negatives >= 100)
        #expect(rates.recalled >= 114)
        #expect(rates.falsePositives <= 0)
    }

    /// The honest measure: these came later, and nothing was changed for them.
    @Test func later() throws {
        let policies = [try policy(.pii), try policy(.toxicity)]
        var rates = Rates()
        let negatives = try Table.read("later-negative")
        for row in try Table.read("later-positive") {
            rates.positive(row[0], row[1], policies.flatMap { $0.findings(in: row[1], side: .input) })
        }
        for row in negatives { rates.negative(row[1], policies.flatMap { $0.findings(in: row[1], side: .input) }) }
        print(rates.report("later: \(rates.recalled) of \(rates.positives) found, \(negatives.count) negatives"))
        #expect(rates.recalled >= 35)
        #expect(rates.falsePositives <= 11)
    }

    private func custom(_ row: [String]) throws -> [Finding] {
        let kind: PolicyKind = row[0] == "word" ? .toxicity : .custom
        let rules = kind == .custom ? row[1] : #"{"builtin":false,"# + row[1].dropFirst()
        return try policy(kind, rules).findings(in: row[2], side: .output)
    }

    @Test func rules() throws {
        for row in try Table.read("custom-positive") {
            let kinds = try custom(row).map(\.kind)
            #expect(kinds.contains(row[0]), "\(row)")
        }
        for row in try Table.read("custom-negative") {
            let found = try custom(row)
            #expect(found.isEmpty, "\(row)")
        }
    }
}
