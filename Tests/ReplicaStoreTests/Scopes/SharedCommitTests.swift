import AccessControl
import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import Testing

/// Writes of many people at once, which a server commits together.
@Suite("Writes that are committed together")
struct SharedCommitTests {
    private struct Refused: Error {}

    private static func persona(_ number: UInt64) -> Persona {
        let user = RowID.uuid7(at: Int64(number))
        let view = ReadView(isMember: true, users: [user], hiddenProjects: [])
        return Persona(
            actor: Actor(account: "a\(number)", view: view, role: .member, groups: [:], permissions: .all), user: user,
            name: "somebody \(number)", email: nil)
    }

    /// On a thread of its own, as a write waits for the disk.
    private static func write(_ number: Int, to replica: Replica) async -> Bool {
        await withCheckedContinuation { done in
            Thread.detachNewThread {
                let library = Library(replica.acting(as: persona(UInt64(100 + number))))
                let written: Void? = try? library.atomically { library in
                    _ = try library.create(NewPrompt(name: "p\(number)", body: "text \(number)"))
                    if number % 5 == 0 { throw Refused() }
                }
                done.resume(returning: written != nil)
            }
        }
    }

    @Test("each is whole or not there, whatever becomes of the others, and has a transaction of its own")
    func atOnce() async throws {
        let scratch = try Scratch()
        let node = try Node("server", workspace: .uuid7(at: 1), in: scratch)
        let replica = try Replica(path: node.path, access: .server)
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<60 { group.addTask { await Self.write(number, to: replica) } }
            return await group.reduce(0) { $0 + ($1 ? 0 : 1) }
        }
        #expect(failures == 12)
        let wanted = (0..<60).filter { $0 % 5 != 0 }.map { "p\($0)" }
        #expect(try Library(replica).list().items.map(\.name).sorted() == wanted.sorted())
        #expect(try Set(node.query("SELECT name FROM users WHERE name LIKE 'somebody %'").map { $0[0] }).count == 48)
        // A dot names one transaction.
        let seals = try node.query("SELECT count(*), count(DISTINCT seq), max(seq) - min(seq) + 1 FROM seals")[0]
        #expect(seals[0] == seals[1] && seals[0] == seals[2])
        #expect(try replica.examine(deep: true).isEmpty)
        try replica.close()
    }
}
