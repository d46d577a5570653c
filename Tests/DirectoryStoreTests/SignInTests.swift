import DirectoryStore
import Foundation
import ReplicaStore
import Testing

@Suite("Signing in") struct SignInTests {
    @Test("An unknown address and a wrong password are told in the same words, and leave the same trace")
    func sameWords() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        let before = try directory.actions().count
        var said: [String] = []
        for email in ["ada@b.example", "nobody@b.example"] {
            do {
                _ = try directory.signIn(email, "wrong-password")
            } catch let error as AccountError {
                said.append("\(error.code) \(error.message) \(error.field ?? "")")
            }
        }
        #expect(said.count == 2 && said[0] == said[1])
        #expect(try directory.actions().prefix(2) == ["sign-in-failed", "sign-in-failed"])
        #expect(try directory.actions().count == before + 2)
    }

    @Test("Of fifty wrong tries at once five are looked at, and then the right password is refused too")
    func parallelLockout() throws {
        let directory = try TestDirectory { $0.signIn.failuresFromAddress = 1000 }
        try directory.person("ada@b.example")
        let results = atOnce(50) { number in
            try directory.signIn("ada@b.example", "wrong-password", from: Origin(address: "192.0.2.\(number)"))
        }
        #expect(results.filter { $0.accountError == .wrongCredentials }.count == 5)
        #expect(results.filter { $0.accountError == .tooManyTries }.count == 45)
        #expect(try directory.actions().filter { $0 == "sign-in-failed" }.count == 5)
        #expect(try directory.actions().contains("locked-out"))
        #expect(throws: AccountError(.tooManyTries, "")) { try directory.signIn("ADA@b.example") }
        directory.pass(minutes: 14)
        #expect(throws: AccountError(.tooManyTries, "")) { try directory.signIn("ada@b.example") }
        directory.pass(minutes: 2)
        #expect(try directory.signIn("ada@b.example").account.email == "ada@b.example")
    }

    @Test("An address of the network that fails at many accounts is locked out, and others are not")
    func addressLockout() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        for number in 0..<20 { _ = try? directory.signIn("p\(number)@b.example", "wrong-password") }
        #expect(throws: AccountError(.tooManyTries, "")) { try directory.signIn("ada@b.example") }
        #expect(try directory.signIn("ada@b.example", from: Origin(address: "198.51.100.1")).account.isVerified)
    }

    @Test("A good sign-in forgets the account's failures, and not those of the network's address")
    func forgetting() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        for _ in 0..<4 {
            for _ in 0..<4 { _ = try? directory.signIn("ada@b.example", "wrong-password") }
            _ = try directory.signIn("ada@b.example")
        }
        for _ in 0..<4 { _ = try? directory.signIn("bob@b.example", "wrong-password") }
        #expect(throws: AccountError(.tooManyTries, "")) { try directory.signIn("ada@b.example") }
    }

    @Test("An owner's password works once, for choosing another")
    func once() throws {
        let directory = try TestDirectory()
        let password = try directory.store.createOwner(email: "owner@b.example")
        #expect(throws: AccountError(.passwordChangeRequired, "")) { try directory.signIn("owner@b.example", password) }
        let request = SignInRequest(email: "owner@b.example", password: password, newPassword: goodPassword)
        #expect(try directory.store.signIn(request, from: elsewhere).account.isOperator)
        #expect(throws: AccountError(.wrongCredentials, "")) { try directory.store.signIn(request, from: elsewhere) }
        #expect(try directory.signIn("owner@b.example").account.isOperator)
    }

    @Test("Of many that use a one-time password at once, one chooses the next")
    func onceAtOnce() throws {
        let directory = try TestDirectory {
            $0.signIn.failuresOfAccount = 100
            $0.signIn.failuresFromAddress = 100
        }
        let password = try directory.store.createOwner(email: "owner@b.example")
        let results = atOnce(20) { number in
            try directory.store.signIn(
                SignInRequest(email: "owner@b.example", password: password, newPassword: "new-password-\(number)"),
                from: elsewhere)
        }
        #expect(results.filter { (try? $0.get()) != nil }.count == 1)
    }

    @Test("A password's hash says what it cost; one of another cost is made anew at the next sign-in")
    func rehashing() throws {
        let directory = try TestDirectory()
        try directory.person("ada@b.example")
        var policy = DirectoryPolicy()
        policy.passwordCost = PasswordCost(logarithm: 5)
        let later = try DirectoryStore(.init(path: directory.folder), policy: policy, clock: { directory.now })
        let request = SignInRequest(email: "ada@b.example", password: goodPassword)
        _ = try later.signIn(request, from: elsewhere)
        _ = try later.signIn(request, from: elsewhere)
        let bytes = try directory.files().values.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(bytes.contains("$scrypt$ln=5,r=8,p=1$"))
    }
}
