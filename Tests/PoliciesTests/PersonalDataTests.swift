import Testing

@testable import Policies

@Suite struct PersonalDataTests {
    @Test(
        "A mask never holds the whole",
        arguments: [
            Invented.key, Invented.token, Invented.privateKey, "anna@example.org", "4111 1111 1111 1111",
            "+14155552671",
            "a@b.co", "DE89370400440532013000",
        ])
    func masks(_ text: String) throws {
        let finding = try #require(try policy(.pii).findings(in: text, side: .input).first)
        #expect(!finding.masked.contains(text))
        #expect(finding.masked.contains("•"))
        let shown = finding.masked.filter { $0 != "•" }.count
        #expect(shown <= 4 && shown * 2 < text.count)
    }

    @Test(
        "Masks",
        arguments: [
            ("", ""), ("a", "•"), ("secretly", "••••••••"), ("secretive", "se•••••ve"), ("é12345678😀", "é1••••••8😀"),
        ])
    func mask(_ text: String, _ masked: String) {
        #expect(Mask.masked(text) == masked)
    }

    @Test("A mask does not grow with what it hides")
    func longMask() { #expect(Mask.masked(String(repeating: "a", count: 5_000)).count == 36) }

    @Test("Only the kinds that are asked for are looked for", arguments: PolicyRules.PersonalDataKind.allCases)
    func kinds(_ kind: PolicyRules.PersonalDataKind) throws {
        let text = "anna@example.org +49 30 12345678, 4111 1111 1111 1111; DE89370400440532013000 \(Invented.key)"
        let found = try policy(.pii, #"{"kinds":["\#(kind.rawValue)"]}"#).findings(in: text, side: .input)
        #expect(found.map(\.kind) == [kind.rawValue])
    }

    @Test("A wrong digit anywhere makes it no card and no account")
    func checksums() {
        let card = Array("4012888888881881".utf8).map { Int($0 & 0x0F) }
        let account = Array("GB82WEST12345698765432".utf8)
        #expect(Cards.isLuhn(card) && BankAccounts.isValid(account))
        for index in card.indices {
            var wrong = card
            wrong[index] = (wrong[index] + 1) % 10
            #expect(!Cards.isLuhn(wrong))
        }
        for index in account.indices where ASCII.isDigit(account[index]) {
            var wrong = account
            wrong[index] = wrong[index] == 0x39 ? 0x30 : wrong[index] + 1
            #expect(!BankAccounts.isValid(wrong))
        }
    }

    @Test("Two cards side by side are both found")
    func pair() throws {
        let found = try policy(.pii).findings(in: "4111 1111 1111 1111 5555 5555 5555 4444", side: .input)
        #expect(found.map(\.range) == [0..<19, 20..<39])
    }

    @Test("Entropy", arguments: [("", 0.0), ("aaaa", 0), ("abab", 1), ("abcdefgh", 3)])
    func entropy(_ text: String, _ bits: Double) {
        #expect(abs(Chance.entropy(Array(text.utf8)) - bits) < 1e-9)
    }

    @Test("Only a password's value is named, not what it is called")
    func value() throws {
        let found = try policy(.pii).findings(in: "password=xK9#vL2$mQ8w", side: .input)
        #expect(found.map(\.range) == [9..<21])
    }
}
