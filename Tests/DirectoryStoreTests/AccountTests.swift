import AccessControl
import Changesets
import DirectoryStore
import Foundation
import Testing

@Suite("Accounts") struct AccountTests {
    @Test("A link for a new password works once, within an hour, and signs out everywhere")
    func reset() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let tokens = try directory.signIn("ada@b.example")
        try directory.store.forgotPassword(email: "ADA@b.example", from: elsewhere)
        let link = try directory.link(mailedTo: "ada@b.example")
        try directory.store.resetPassword(token: link, to: "another-password", from: elsewhere)
        #expect(throws: AccountError(.wrongCode, "")) {
            try directory.store.resetPassword(token: link, to: "third-password", from: elsewhere)
        }
        #expect(try directory.store.caller(bearing: tokens.accessToken, from: elsewhere) == nil)
        #expect(throws: AccountError(.wrongCredentials, "")) { try directory.signIn("ada@b.example") }
        _ = try directory.signIn("ada@b.example", "another-password")

        try directory.store.forgotPassword(email: "ada@b.example", from: elsewhere)
        let late = try directory.link(mailedTo: "ada@b.example")
        directory.pass(minutes: 61)
        #expect(throws: AccountError(.wrongCode, "")) {
            try directory.store.resetPassword(token: late, to: "third-password", from: elsewhere)
        }
        for forgery in ["", "00", String(repeating: "0", count: 96), String(link.dropLast()) + "é"] {
            #expect(throws: AccountError(.wrongCode, "")) {
                try directory.store.resetPassword(token: forgery, to: "third-password", from: elsewhere)
            }
        }
    }

    @Test("A forgotten password of an address without an account mails nothing and says nothing")
    func unknown() throws {
        let directory = try TestDirectory()
        try directory.store.forgotPassword(email: "nobody@b.example", from: elsewhere)
        try directory.store.forgotPassword(email: "no address at all", from: elsewhere)
        try directory.store.resendVerification(email: "nobody@b.example", from: elsewhere)
        #expect(directory.mails.isEmpty)
    }

    @Test("Of many that use a link at once, one sets the password")
    func parallelReset() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        try directory.store.forgotPassword(email: "ada@b.example", from: elsewhere)
        let link = try directory.link(mailedTo: "ada@b.example")
        let results = atOnce(20) { number in
            try directory.store.resetPassword(token: link, to: "another-password-\(number)", from: elsewhere)
        }
        #expect(results.filter { (try? $0.get()) != nil }.count == 1)
    }

    @Test("Changing the password takes the old one, and ends every other session")
    func changePassword() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let (here, there) = (try directory.signIn("ada@b.example"), try directory.signIn("ada@b.example"))
        let caller = try directory.caller(bearing: here.accessToken)
        #expect(throws: AccountError(.wrongCredentials, "")) {
            try directory.store.changePassword(from: "wrong-password", to: "another-password", by: caller)
        }
        try directory.store.changePassword(from: goodPassword, to: "another-password", by: caller)
        #expect(try directory.store.caller(bearing: here.accessToken, from: elsewhere) != nil)
        #expect(try directory.store.caller(bearing: there.accessToken, from: elsewhere) == nil)
    }

    @Test("A new address becomes the account's once the code that was mailed there is given")
    func changeEmail() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        try directory.person("bob@b.example")
        let caller = try directory.caller("ada@b.example")
        #expect(try directory.store.changeEmail(to: "new@b.example", password: goodPassword, by: caller))
        #expect(try directory.store.account(of: caller).email == "ada@b.example")
        try directory.store.confirmEmail(code: directory.code(mailedTo: "new@b.example"), by: caller)
        #expect(try directory.store.account(of: caller).email == "new@b.example")
        // Somebody else's address gets a mail, but no code.
        #expect(try directory.store.changeEmail(to: "bob@b.example", password: goodPassword, by: caller))
        #expect(directory.mails(to: "bob@b.example").last?.subject.contains("already") == true)
    }

    @Test("A deleted account leaves a line in the archive, and opens nothing; its address is free again")
    func deletion() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let tokens = try directory.signIn("ada@b.example")
        let caller = try directory.caller(bearing: tokens.accessToken)
        let key = try directory.store.createKey(APIKeyRequest(name: "k"), by: caller).text
        #expect(throws: AccountError(.wrongCredentials, "")) {
            try directory.store.deleteAccount(password: "wrong-password", reason: "", by: caller)
        }
        try directory.store.deleteAccount(password: goodPassword, reason: "moving on", by: caller)
        for token in [tokens.accessToken, key] {
            #expect(try directory.store.caller(bearing: token, from: elsewhere) == nil)
        }
        #expect(throws: AccountError(.wrongCredentials, "")) { try directory.signIn("ada@b.example") }
        let entry = try #require(try directory.store.auditLog(limit: 10, action: "account-deleted").first)
        #expect(entry.subject == "ada@b.example" && entry.detail == "moving on")
        #expect(try directory.person("ada@b.example").id != caller.account)
    }

    @Test("The last owner of a workspace with other people in it stays")
    func lastOwner() throws {
        let directory = try TestDirectory()
        let team = try Team(directory)
        try team.add("bob@b.example", .member)
        #expect(throws: AccountError(.conflict, "")) {
            try directory.store.deleteAccount(password: goodPassword, reason: "", by: team.owner)
        }
        #expect(throws: AccountError(.conflict, "")) {
            try directory.store.removeMember(team.owner.account, from: team.workspace, by: team.owner)
        }
        #expect(throws: AccountError(.conflict, "")) {
            try directory.store.setRole(.member, of: team.owner.account, in: team.workspace, by: team.owner)
        }
    }
}
