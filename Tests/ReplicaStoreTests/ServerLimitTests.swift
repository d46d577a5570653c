import Changesets
import Foundation
import ReplicaStore
import SyncEngine
import SyncProtocol
import Testing

/// What a server holds of pushes that never end, and when it believes its clock.
@Suite struct ServerLimitTests {
    let scratch: Scratch
    let path: String
    private let clock = TestClock()

    init() throws {
        scratch = try Scratch()
        path = scratch.path + "/server.sqlite"
        let founding = Replica.Founding(
            workspace: .uuid7(at: 1), workspaceName: "Team", nodeName: "server", userName: "server")
        let clock = clock
        try Replica.create(path: path, founding, Surroundings(clock: { clock.now }))
    }

    private func server(_ change: (inout Surroundings) -> Void = { _ in }) throws -> Replica {
        let clock = clock
        var surroundings = Surroundings(clock: { clock.now })
        change(&surroundings)
        return try Replica(path: path, surroundings)
    }

    private let replicas = (1...3).map { ReplicaID([UInt8](repeating: $0, count: 16)) }

    private func stage(_ server: Replica, _ bytes: Int, by place: Int, push: UInt8 = 1, part: UInt32) throws {
        let replica = try #require(replicas[place])
        try server.stage(
            [UInt8](repeating: 0, count: bytes), of: replica, push: [UInt8](repeating: push, count: 16), part: part)
    }

    private func parts(_ server: Replica, of place: Int) throws -> Int {
        let replica = try #require(replicas[place])
        let push = StagedPush(
            replica: replica, nodeName: "n", id: [UInt8](repeating: 1, count: 16), parts: 1, follows: .none,
            contains: AcknowledgedTransaction(seq: 1, nonce: [1]))
        // A part that is there can't be read; one that is not has to be pushed again.
        do {
            _ = try server.apply(push)
        } catch is ChangesetError {
            return 1
        } catch let refusal as SyncRefusal where refusal.code == .handshakeAgain {
            return 0
        }
        return -1
    }

    @Test("A push of too many bytes is refused, and a new one may begin")
    func onePush() throws {
        let server = try server { $0.staging.pushBytes = 1000 }
        for part in 0..<UInt32(4) { try stage(server, 250, by: 0, part: part) }
        #expect(throws: SyncRefusal(.tooLarge, "")) { try stage(server, 1, by: 0, part: 4) }
        try stage(server, 1000, by: 0, push: 2, part: 0)
        try stage(server, 1000, by: 1, part: 0)
    }

    @Test("Pushes of others that never ended make room")
    func allPushes() throws {
        let server = try server { $0.staging = StagingBounds(pushBytes: 1000, allBytes: 1500) }
        try stage(server, 700, by: 0, part: 0)
        try stage(server, 700, by: 1, part: 0)
        #expect(try parts(server, of: 0) == 1 && parts(server, of: 1) == 1)
        try stage(server, 101, by: 2, part: 0)
        #expect(try (0..<3).map { try parts(server, of: $0) } == [0, 0, 1])
    }

    @Test("A page above the limit is not kept")
    func largePage() throws {
        let server = try server()
        #expect(throws: SyncRefusal(.tooLarge, "")) {
            try stage(server, ChangesetLimits.pageBytesMax + 1, by: 0, part: 0)
        }
        try stage(server, ChangesetLimits.pageBytesMax, by: 0, part: 0)
    }

    /// A push of nothing, which takes a transaction along.
    private func merge(_ server: Replica, seq: UInt64) throws {
        let replica = try #require(replicas[0])
        let follows = seq == 1 ? .none : AcknowledgedTransaction(seq: seq - 1, nonce: [1])
        _ = try server.apply(
            StagedPush(
                replica: replica, nodeName: "n", id: [], parts: 0, follows: follows,
                contains: AcknowledgedTransaction(seq: seq, nonce: [1])))
    }

    private static let hour: Int64 = 3_600_000

    @Test("A clock may be off by an hour against the machine's uptime, and not by more", arguments: [1, -1])
    func jumps(direction: Int64) throws {
        let uptime = TestClock(5000)
        let server = try server { $0.uptime = { Uptime(boot: "b", milliseconds: uptime.now) } }
        try merge(server, seq: 1)
        // A quiet month, and an hour by which the clock was set.
        uptime.now += 30 * 24 * Self.hour
        clock.now += 30 * 24 * Self.hour + direction * Self.hour
        try merge(server, seq: 2)
        clock.now += direction * (Self.hour + 1)
        #expect(try server.clockDoubt() != nil)
        #expect(try server.serverIdentity().now == 0)
        #expect(throws: SyncRefusal(.unavailable, "")) { try merge(server, seq: 3) }
        #expect(throws: SyncRefusal(.unavailable, "")) { try stage(server, 1, by: 0, part: 0) }
        _ = try server.published(PublishedRange(after: 0))
        clock.now -= direction
        try merge(server, seq: 3)
        #expect(try server.serverIdentity().now == clock.now)
    }

    @Test("Over a restart of the machine only a clock that goes back is a jump")
    func restarts() throws {
        try merge(try server { $0.uptime = { Uptime(boot: "first", milliseconds: 9_000_000) } }, seq: 1)
        let server = try server { $0.uptime = { Uptime(boot: "second", milliseconds: 5) } }
        clock.now += 300 * 24 * Self.hour
        try merge(server, seq: 2)
        clock.now -= 2 * Self.hour
        #expect(throws: SyncRefusal(.unavailable, "")) { try merge(server, seq: 3) }
        try server.acceptClock()
        try merge(server, seq: 3)
    }

    @Test("Times that can't be compared without overflow are a jump, and no trap")
    func extremes() throws {
        let server = try server()
        clock.now = -(1 << 62)
        try merge(server, seq: 1)
        clock.now = 1 << 62
        try merge(server, seq: 2)
        clock.now = -(1 << 62)
        #expect(throws: SyncRefusal(.unavailable, "")) { try merge(server, seq: 3) }
    }

    @Test("Who has nothing to push still pulls, and takes no time from a server that does not believe its own")
    func pullsGoOn() async throws {
        let server = try server()
        let client = try Node("b", workspace: server.read { try $0.workspaceID() }, in: scratch)
        _ = try await synchronize(client.replica, over: InProcess(server: server))
        _ = try server.write { try $0.insert(into: .projects, .uuid7(at: 5), ["name": .text("new")]) }
        clock.now -= 2 * Self.hour
        _ = try await synchronize(client.replica, over: InProcess(server: server))
        #expect(try client.query("SELECT name FROM projects") == [["new"]])
        try client.sqlite("UPDATE projects SET name = 'edited'")
        await #expect(throws: SyncRefusal(.unavailable, "")) {
            _ = try await synchronize(client.replica, over: InProcess(server: server))
        }
        #expect(try client.query("SELECT clock_offset FROM replica") == [["0"]])
    }
}

private struct InProcess: SyncTransport {
    let server: Replica

    func send(_ request: SyncRequest) async throws -> SyncReply { try ServerSync(server).handle(request) }
}
