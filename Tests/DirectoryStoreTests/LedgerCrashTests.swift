import Changesets
import DirectoryStore
import Foundation
import ReplicaStore
import Synchronization
import Testing

/// What the ledger said is done has been done, however the server ends.
@Suite("The ledger of a server that is killed")
struct LedgerCrashTests {
    @Test("keeps all that was told to anybody, adds up, and gives back what was open", arguments: [3, 40, 170])
    func killed(after count: Int) async throws {
        let directory = try TestDirectory()
        let account = try directory.person("ada@example.org").id
        try directory.store.setCredits(1000, of: account)
        let (folder, hex) = (directory.folder, account.hex)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, hex = hex as String, count = count as Int] in
            try await LedgerCrash.run(folder, hex, count)
        }
        let told = try String(contentsOfFile: "\(folder)/told", encoding: .utf8).split(separator: "\n")
        #expect(told.count >= count)
        let store = try DirectoryStore(DataDirectory(path: folder))
        let entries = try store.ledger.entries(of: account, limit: 100_000)
        for line in told {
            let words = line.split(separator: " ")
            #expect(entries.contains { $0.kind.rawValue == words[0] && $0.charge == words[1] }, "\(line)")
        }
        #expect(entries.map(\.amount).reduce(0, +) == entries.first?.balance)
        try store.ledger.refundInterrupted()
        let settled = entries.filter { $0.kind == .settle }.count
        let status = try store.credits(of: account)
        #expect(status.balance == 1000 - Int64(settled) && status.reserved == 0)
        let spent = try store.ledger.spent(by: 1)
        #expect(spent.cost == Int64(settled))
    }
}

enum LedgerCrash {
    /// Charges at once by many, writes down what was told to each, and is killed in the middle of it.
    static func run(_ folder: String, _ account: String, _ count: Int) async throws {
        let store = try DirectoryStore(DataDirectory(path: folder))
        guard let account = RowID(hex: account) else { return }
        let file = open("\(folder)/told", O_WRONLY | O_CREAT | O_APPEND, 0o600)
        let counter = Box(0)
        let tell: @Sendable (String) -> Void = { line in
            let bytes = Array((line + "\n").utf8)
            _ = write(file, bytes, bytes.count)
            let told = counter.value.withLock { count in
                count += 1
                return count
            }
            if told >= count { kill(getpid(), SIGKILL) }
        }
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let request = ChargeRequest("c\(number)", account: account, workspace: 1)
                    guard case .reserved(let reservation)? = try? await store.ledger.reserve(request) else { return }
                    tell("reserve c\(number)")
                    guard (try? await store.ledger.settle(reservation, Spending(cost: 1))) != nil else { return }
                    tell("settle c\(number)")
                }
            }
        }
    }
}
