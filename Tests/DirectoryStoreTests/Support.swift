import AccessControl
import Changesets
import DirectoryStore
import Foundation
import ReplicaStore
import Synchronization

/// A directory of accounts in a folder of its own, with a clock that a test sets and mails that it reads.
final class TestDirectory: Sendable {
    let folder: String
    let store: DirectoryStore
    private let time = Box(start)
    private let sent = Box<[Mail]>([])

    static let start: Int64 = 1_800_000_000_000

    init(sendsMail: Bool = true, _ change: (inout DirectoryPolicy) -> Void = { _ in }) throws {
        folder = NSTemporaryDirectory() + "offbook-tests-\(UUID().uuidString)"
        let (time, sent) = (time, sent)
        var policy = DirectoryPolicy()
        // What the tests look at does not depend on how much work it is.
        policy.passwordCost = PasswordCost(logarithm: 4)
        change(&policy)
        store = try DirectoryStore(
            DataDirectory(path: folder), policy: policy,
            outbox: sendsMail ? Outbox { mail in sent.value.withLock { $0.append(mail) } } : nil,
            clock: { time.value.withLock { $0 } })
        store.publicAddress = "https://prompts.example.org"
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var now: Int64 { time.value.withLock { $0 } }
    var mails: [Mail] { sent.value.withLock { $0 } }

    func pass(minutes: Int64) { time.value.withLock { $0 += minutes * 60_000 } }

    func mails(to address: String) -> [Mail] { mails.filter { $0.to == address } }
}

final class Box<Value: Sendable>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }
}

let elsewhere = Origin(address: "192.0.2.7")

/// A password that is found in a dump wherever it is.
let goodPassword = "correct-horse-7f3a9c"

extension TestDirectory {
    /// Six digits of the last mail to an address.
    func code(mailedTo address: String) throws -> String {
        guard let match = mails(to: address).last?.text.firstMatch(of: /(?m)^ +([0-9]{6})$/) else {
            throw Missing(what: "a code")
        }
        return String(match.1)
    }

    /// The secret in the link of the last mail to an address.
    func link(mailedTo address: String) throws -> String {
        guard let match = mails(to: address).last?.text.firstMatch(of: /token=([0-9a-f]+)/) else {
            throw Missing(what: "a link")
        }
        return String(match.1)
    }

    /// Registers somebody and verifies them.
    @discardableResult
    func person(_ email: String, password: String = goodPassword) throws -> Account {
        _ = try store.register(NewAccount(email: email, password: password), from: elsewhere)
        if store.sendsMail { try store.verify(email: email, code: code(mailedTo: email), from: elsewhere) }
        return try signIn(email, password).account
    }

    func signIn(_ email: String, _ password: String = goodPassword, from origin: Origin = elsewhere) throws
        -> SessionTokens
    {
        try store.signIn(SignInRequest(email: email, password: password), from: origin)
    }

    /// Somebody who is registered, signed in.
    func caller(_ email: String) throws -> Caller { try caller(bearing: signIn(email).accessToken) }

    func caller(bearing token: String) throws -> Caller {
        guard let caller = try store.caller(bearing: token, from: elsewhere) else { throw Missing(what: "a caller") }
        return caller
    }

    func actions() throws -> [String] { try store.auditLog(limit: 10_000).map(\.action) }

    /// All bytes that lie in the folder.
    func files() throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder)
        return try Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                var isFolder: ObjCBool = false
                let path = "\(folder)/\(name)"
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                    return nil
                }
                return (name, try Data(contentsOf: URL(filePath: path)))
            })
    }
}

struct Missing: Error { var what: String }

/// Runs a closure many times at once, each on a thread, and gives what came of each.
func atOnce<T: Sendable>(_ count: Int, _ body: @escaping @Sendable (Int) throws -> T) -> [Result<T, any Error>] {
    let results = Box<[Int: Result<T, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: count) { number in
        let result = Result { try body(number) }
        results.value.withLock { $0[number] = result }
    }
    return results.value.withLock { all in (0..<count).compactMap { all[$0] } }
}

extension Result where Failure == any Error {
    var accountError: AccountError.Code? {
        if case .failure(let error) = self { (error as? AccountError)?.code } else { nil }
    }
}
