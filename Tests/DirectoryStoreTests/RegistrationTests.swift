import AccessControl
import DirectoryStore
import Foundation
import Testing

@Suite("Registration") struct RegistrationTests {
    @Test("An account opens once the mailed code is given")
    func verifying() throws {
        let directory = try TestDirectory()
        let new = NewAccount(email: "Ada@Example.org", password: goodPassword)
        guard case .mustVerify = try directory.store.register(new, from: elsewhere) else {
            Issue.record("nothing has to be verified")
            return
        }
        #expect(throws: AccountError(.unverified, "")) { try directory.signIn("ada@example.org") }
        #expect(throws: AccountError(.wrongCredentials, "")) {
            try directory.signIn("ada@example.org", "wrong-password")
        }
        let code = try directory.code(mailedTo: "Ada@Example.org")
        let wrong = code == "000000" ? "000001" : "000000"
        #expect(throws: AccountError(.wrongCode, "")) {
            try directory.store.verify(email: "ada@example.org", code: wrong, from: elsewhere)
        }
        try directory.store.verify(email: "ADA@example.org", code: code, from: elsewhere)
        #expect(try directory.signIn("ada@EXAMPLE.org").account.email == "Ada@Example.org")
        #expect(throws: AccountError(.wrongCode, ""), "a code works once") {
            try directory.store.verify(email: "ada@example.org", code: code, from: elsewhere)
        }
    }

    @Test("A code ends after 24 hours, after five tries, and with the next one; there are three a day")
    func codes() throws {
        let directory = try TestDirectory()
        _ = try directory.store.register(NewAccount(email: "a@b.example", password: goodPassword), from: elsewhere)
        let first = try directory.code(mailedTo: "a@b.example")
        for _ in 0..<3 { try directory.store.resendVerification(email: "a@b.example", from: elsewhere) }
        #expect(directory.mails(to: "a@b.example").count == 3, "the fourth of the day is not sent")
        let last = try directory.code(mailedTo: "a@b.example")
        if first != last {
            #expect(throws: AccountError(.wrongCode, "")) {
                try directory.store.verify(email: "a@b.example", code: first, from: elsewhere)
            }
        }
        for _ in 0..<5 { _ = try? directory.store.verify(email: "a@b.example", code: "none", from: elsewhere) }
        #expect(throws: AccountError(.wrongCode, ""), "all tries are used up") {
            try directory.store.verify(email: "a@b.example", code: last, from: elsewhere)
        }
        directory.pass(minutes: 24 * 60 + 1)
        try directory.store.resendVerification(email: "a@b.example", from: elsewhere)
        let late = try directory.code(mailedTo: "a@b.example")
        directory.pass(minutes: 24 * 60 + 1)
        #expect(throws: AccountError(.wrongCode, ""), "it is over") {
            try directory.store.verify(email: "a@b.example", code: late, from: elsewhere)
        }
    }

    @Test("Fifty at once for one address make one account", arguments: [true, false])
    func parallel(verifying: Bool) throws {
        let directory = try TestDirectory { $0.requiresVerification = verifying }
        let results = atOnce(50) { number in
            try directory.store.register(
                NewAccount(email: number.isMultiple(of: 2) ? "one@b.example" : "ONE@b.example", password: goodPassword),
                from: elsewhere)
        }
        let failures = results.filter { $0.accountError == .emailTaken }.count
        #expect(failures == (verifying ? 0 : 49), "with verification nobody learns that there is one")
        #expect(try directory.actions().filter { $0 == "registered" }.count == 1)
        if verifying {
            let mails = directory.mails.map(\.subject)
            #expect(mails.filter { $0.contains("code") }.count == 1)
            #expect(mails.filter { $0.contains("already") }.count == 49)
        }
    }

    @Test("What is no address, password or username is refused by its field")
    func fields() throws {
        let directory = try TestDirectory()
        for email in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@-b", "a\r\nBcc: x@y", "ä@b.example", "-oQ/x@b.example"]
        {
            #expect(throws: AccountError(.invalid, ""), "\(email)") {
                try directory.store.register(NewAccount(email: email, password: goodPassword), from: elsewhere)
            }
        }
        for password in ["1234567", String(repeating: "x", count: 1025)] {
            #expect(throws: AccountError(.invalid, "")) {
                try directory.store.register(NewAccount(email: "a@b.example", password: password), from: elsewhere)
            }
        }
        var named = NewAccount(email: "a@b.example", password: "        ")
        named.username = "Ada"
        _ = try directory.store.register(named, from: elsewhere)
        named.email = "b@b.example"
        named.username = "ada"
        #expect(throws: AccountError(.usernameTaken, "")) { try directory.store.register(named, from: elsewhere) }
    }

    @Test("Where registration is closed an invitation lets in, for the address that was invited")
    func closed() throws {
        let directory = try TestDirectory { $0.isRegistrationOpen = false }
        #expect(throws: AccountError(.registrationClosed, "")) {
            try directory.store.register(NewAccount(email: "a@b.example", password: goodPassword), from: elsewhere)
        }
        let team = try Team(directory)
        let (_, code) = try directory.store.invite("new@b.example", as: .viewer, to: team.workspace, by: team.owner)
        var other = NewAccount(email: "other@b.example", password: goodPassword)
        other.invitation = code
        #expect(throws: AccountError(.wrongCode, "")) { try directory.store.register(other, from: elsewhere) }
        var invited = NewAccount(email: "NEW@b.example", password: goodPassword)
        invited.invitation = code
        guard case .ready(let account) = try directory.store.register(invited, from: elsewhere) else {
            Issue.record("the mail has proved the address")
            return
        }
        #expect(try directory.store.members(of: team.workspace, for: team.owner).map(\.account.id).contains(account.id))
        invited.email = "again@b.example"
        #expect(throws: AccountError(.wrongCode, ""), "it works once") {
            try directory.store.register(invited, from: elsewhere)
        }
    }
}
