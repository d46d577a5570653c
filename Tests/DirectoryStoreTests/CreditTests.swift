import AccessControl
import Changesets
import DirectoryStore
import Foundation
import ReplicaStore
import Testing

/// Reserved before, settled or refunded after; once, whatever happens in between.
@Suite("Credits")
struct CreditTests {
    let directory: TestDirectory
    let account: RowID
    var ledger: CreditLedger { directory.store.ledger }

    init() throws {
        directory = try TestDirectory()
        account = try directory.person("ada@example.org").id
    }

    private func request(_ charge: String, credits: Int64 = 1, isJob: Bool = false) -> ChargeRequest {
        ChargeRequest(charge, account: account, workspace: 1, credits: credits, isJob: isJob)
    }

    private func reserve(_ request: ChargeRequest) async throws -> Reservation {
        guard case .reserved(let reservation) = try await ledger.reserve(request) else {
            throw Missing(what: "a place")
        }
        return reservation
    }

    private var balance: Int64 { get throws { try directory.store.credits(of: account).balance } }

    private func addsUp() throws -> Bool {
        let entries = try ledger.entries(of: account, limit: 100_000)
        return try entries.map(\.amount).reduce(0, +) == balance && entries.first?.balance == balance
    }

    private func failure(_ body: () async throws -> Void) async -> AccountError.Code? {
        do {
            try await body()
            return nil
        } catch { return (error as? AccountError)?.code }
    }

    @Test("of 200 at once against a balance of 50, exactly 50 succeed, and the ledger adds up")
    func race() async throws {
        try directory.store.setCredits(50, of: account)
        let outcomes = await withTaskGroup(of: AccountError.Code?.self) { group in
            for number in 0..<200 {
                group.addTask {
                    await failure {
                        let reservation = try await reserve(request("r\(number)"))
                        try await ledger.settle(reservation, Spending(cost: 7, tokens: 3))
                    }
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == nil }.count == 50)
        #expect(outcomes.filter { $0 == .creditsExhausted }.count == 150)
        #expect(try balance == 0 && addsUp())
        #expect(try ledger.spent(by: 1) == Spending(cost: 350, tokens: 150))
    }

    @Test("what came to nothing is refunded, what came to less is charged less, and nothing twice")
    func refunds() async throws {
        try directory.store.setCredits(10, of: account)
        let first = try await reserve(request("a", credits: 4))
        #expect(try balance == 6 && directory.store.credits(of: account).reserved == 4)
        for _ in 0..<3 { try await ledger.refund(first, detail: "upstream failed") }
        #expect(try balance == 10)
        let second = try await reserve(request("b", credits: 4))
        for _ in 0..<3 { try await ledger.settle(second, Spending(cost: 5), credits: 1) }
        try await ledger.refund(second)
        #expect(try balance == 9 && addsUp() && ledger.spent(by: 1).cost == 5)
        let third = try await reserve(request("c", credits: 2))
        #expect(await failure { try await ledger.settle(third, Spending(), credits: 3) } == .invalid)
        #expect(await failure { try await ledger.settle(third, Spending(cost: -1)) } == .invalid)
    }

    @Test("one charge of one id, however often it is asked for; after a refund it may be reserved again")
    func once() async throws {
        try directory.store.setCredits(3, of: account)
        let job = request("job:1", isJob: true)
        let first = try await reserve(job)
        #expect(try await ledger.reserve(job) == .reserved(first))
        try await ledger.refund(first)
        let again = try await reserve(job)
        try await ledger.settle(again, Spending())
        #expect(try await ledger.reserve(job) == .charged)
        #expect(try balance == 2 && addsUp())
        let other = try directory.person("bob@example.org").id
        let theft = ChargeRequest("job:1", account: other, workspace: 1)
        #expect(await failure { _ = try await ledger.reserve(theft) } == .conflict)
        #expect(await failure { _ = try await ledger.reserve(request("")) } == .invalid)
    }

    @Test("what a stopped server had open is refunded, but not what its jobs have")
    func interrupted() async throws {
        try directory.store.setCredits(5, of: account)
        _ = try await reserve(request("open"))
        _ = try await reserve(request("job:2", isJob: true))
        let store = try DirectoryStore(DataDirectory(path: directory.folder))
        #expect(try store.ledger.refundInterrupted() == 1)
        #expect(try store.ledger.refundInterrupted() == 0)
        #expect(try balance == 4 && addsUp())
        #expect(try directory.store.credits(of: account).reserved == 1)
    }

    @Test("a daily plan fills up once a day at its hour, takes nothing that was granted, and gives nothing twice")
    func daily() async throws {
        // 08:00 UTC.
        let hour = Int(directory.now / 3_600_000 % 24)
        try directory.store.setPlan(.daily(allowance: 10, hour: (hour + 1) % 24), of: account)
        #expect(try balance == 10)
        let open = try await reserve(request("x", credits: 10))
        #expect(await failure { _ = try await ledger.reserve(request("y")) } == .creditsExhausted)
        directory.pass(minutes: 59)
        #expect(try balance == 0)
        directory.pass(minutes: 2)
        #expect(try balance == 10)
        // The reset has given that already.
        try await ledger.refund(open)
        #expect(try balance == 10 && addsUp())
        try directory.store.grantCredits(90, to: account)
        directory.pass(minutes: 24 * 60)
        #expect(try balance == 100 && addsUp())
        directory.pass(minutes: 10 * 24 * 60)
        #expect(try balance == 100 && addsUp())
    }

    @Test("what is given back after a reset is what that has not filled up")
    func refundAfterReset() async throws {
        try directory.store.setPlan(.daily(allowance: 10, hour: 0), of: account)
        try directory.store.grantCredits(40, to: account)
        let open = try await reserve(request("x"))
        directory.pass(minutes: 24 * 60)
        #expect(try balance == 49)
        try await ledger.refund(open)
        #expect(try balance == 50 && addsUp())
    }

    @Test("no number can stop the ledger")
    func extremes() throws {
        for amount in [Int64.min, .max] {
            #expect(throws: AccountError.self) { try directory.store.grantCredits(amount, to: account) }
        }
        #expect(try balance == 0)
    }

    @Test("the keys in the server's environment are for workspaces of whoever runs it, unless all are trusted")
    func serversProviders() throws {
        let store = directory.store
        _ = try store.createToken(workspace: "Console")
        let mine = try store.createWorkspace(named: "Mine", id: nil, by: directory.caller("ada@example.org"))
        #expect(try !store.mayUseServersProviders(mine))
        _ = try store.createOwner(email: "root@example.org")
        let root = try directory.person("bob@example.org")
        let code = try store.invite(root.email, as: .viewer, to: mine, by: directory.caller("ada@example.org")).code
        _ = try store.accept(invitation: code, by: directory.caller("bob@example.org"))
        #expect(try !store.mayUseServersProviders(mine))
        _ = try store.createOwner(email: "bob@example.org")
        #expect(try store.mayUseServersProviders(mine))
        let open = try TestDirectory { $0.sharesProviders = true }
        _ = try open.person("eve@example.org")
        let hers = try open.store.createWorkspace(named: "Hers", id: nil, by: open.caller("eve@example.org"))
        #expect(try open.store.mayUseServersProviders(hers))
    }

    @Test("who has no plan pays nothing, or can do nothing where the operator says so")
    func unmetered() async throws {
        let reservation = try await reserve(request("free", credits: 100))
        try await ledger.settle(reservation, Spending(cost: 3, tokens: 2))
        #expect(try ledger.entries(limit: 10).isEmpty)
        #expect(try ledger.spent(by: 1) == Spending(cost: 3, tokens: 2))
        let strict = try TestDirectory { $0.requiresCredits = true }
        let other = try strict.person("eve@example.org").id
        let request = ChargeRequest("z", account: other, workspace: 1)
        #expect(await failure { _ = try await strict.store.ledger.reserve(request) } == .creditsExhausted)
        try strict.store.grantCredits(1, to: other)
        #expect(try await strict.store.ledger.reserve(request) != .charged)
    }

    @Test("a job of somebody who pays nothing is counted once, too")
    func unmeteredJob() async throws {
        let job = request("job:3", isJob: true)
        // One of the same id in another workspace is not paid for by this one.
        let elsewhere = ChargeRequest("job:3", account: account, workspace: 2, isJob: true)
        let reservation = try await reserve(job)
        #expect(await failure { _ = try await ledger.reserve(elsewhere) } == .conflict)
        try await ledger.settle(reservation, Spending(cost: 4))
        #expect(await failure { _ = try await ledger.reserve(elsewhere) } == .conflict)
        #expect(try await ledger.reserve(job) == .charged)
        #expect(try ledger.spent(by: 1).cost == 4 && balance == 0 && addsUp())
    }

    @Test("a workspace's limits hold for many at once, by what each may come to, and by the month")
    func limits() async throws {
        var request = ChargeRequest(
            "", account: account, workspace: 9, expected: Spending(cost: 10, tokens: 1),
            limits: SpendingLimits(cost: 100, tokens: 1000))
        var open: [Reservation] = []
        for number in 0..<10 {
            request.charge = "l\(number)"
            open.append(try await reserve(request))
        }
        request.charge = "more"
        #expect(await failure { _ = try await ledger.reserve(request) } == .limitReached)
        for reservation in open { try await ledger.settle(reservation, Spending(cost: 9, tokens: 1)) }
        #expect(try ledger.spent(by: 9) == Spending(cost: 90, tokens: 10))
        try await ledger.refund(try await reserve(request))
        request.limits.tokens = 10
        #expect(await failure { _ = try await ledger.reserve(request) } == .limitReached)
        directory.pass(minutes: 40 * 24 * 60)
        #expect(try ledger.spent(by: 9) == Spending())
        #expect(await failure { _ = try await ledger.reserve(request) } == nil)
    }

    @Test("only who administers the server grants; all of it is in the audit log; a grant of one id is given once")
    func administering() throws {
        let caller = try directory.caller("ada@example.org")
        #expect(throws: AccountError(.denied, "")) { try directory.store.grantCredits(1, to: account, by: caller) }
        #expect(throws: AccountError(.denied, "")) { try directory.store.ledgerEntries(of: nil, limit: 1, for: caller) }
        #expect(try directory.store.credits(of: account, for: caller).balance == 0)
        for _ in 0..<2 { try directory.store.grantCredits(5, to: account, reason: "hello", charge: "gift") }
        try directory.store.setPlan(.none, of: account)
        try directory.store.setCompletionRights(styles: ["bpe"], levels: nil, of: account)
        let status = try directory.store.credits(of: account)
        #expect(status.balance == 5 && status.styles == ["bpe"] && status.levels == nil && !status.isMetered)
        let actions = try directory.actions()
        for action in ["credits-granted", "plan-changed", "completion-rights-changed"] {
            #expect(actions.contains(action))
        }
        #expect(throws: AccountError(.invalid, "")) { try directory.store.grantCredits(.max, to: account) }
        #expect(throws: AccountError(.notFound, "")) { try directory.store.setCredits(1, of: .uuid7(at: 1)) }
        #expect(try directory.store.account(named: "ada@example.org").id == account)
    }
}
