import AccessControl
import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import SyncEngine

/// A directory that goes with the test.
final class Scratch {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "offbook-tests-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A wall clock that a test sets, in Unix milliseconds.
final class TestClock: @unchecked Sendable {
    private let lock = NSLock()
    private var time: Int64

    init(_ time: Int64 = 1_800_000_000_000) { self.time = time }

    var now: Int64 {
        get { lock.withLock { time } }
        set { lock.withLock { time = newValue } }
    }
}

/// A node of a test: a replica in a file of its own, with a clock of its own.
final class Node {
    let library: Library
    let clock: TestClock
    let path: String
    var replica: Replica { library.replica }

    init(
        _ name: String, workspace: RowID, in scratch: Scratch, clock: TestClock = TestClock(),
        schema: ReplicaSchema = .shipped
    ) throws {
        self.clock = clock
        path = "\(scratch.path)/\(name).sqlite"
        try Replica.create(
            path: path,
            Replica.Founding(
                workspace: workspace, workspaceName: name == "a" ? "Team" : nil, nodeName: name, userName: name),
            Surroundings(clock: { clock.now }, schema: schema))
        library = Library(try Replica(path: path, Surroundings(clock: { clock.now }, schema: schema)))
    }

    /// The same node, once its Offbook was replaced by a later one.
    init(upgrading other: Node, to schema: ReplicaSchema) throws {
        clock = other.clock
        path = other.path
        try other.replica.close()
        let clock = clock
        library = Library(try Replica(path: path, Surroundings(clock: { clock.now }, schema: schema)))
    }

    /// Opens a copy of another node's file.
    init(copyOf other: Node, _ name: String, in scratch: Scratch, schema: ReplicaSchema = .shipped) throws {
        clock = other.clock
        path = "\(scratch.path)/\(name).sqlite"
        try other.backUp(to: path)
        let clock = clock
        library = Library(try Replica(path: path, Surroundings(clock: { clock.now }, schema: schema)))
    }

    /// Opens another place's copy of a node's file.
    init(of other: Node, restoredFrom backup: String, _ name: String, in scratch: Scratch) throws {
        clock = other.clock
        path = "\(scratch.path)/\(name).sqlite"
        try FileManager.default.copyItem(atPath: backup, toPath: path)
        let clock = clock
        library = Library(try Replica(path: path, Surroundings(clock: { clock.now })))
    }

    /// A consistent copy, as a backup or a cloned disk has it.
    func backUp(to copy: String) throws { try sqlite("VACUUM INTO '\(copy)'") }

    /// Another node that can't tell itself from this one: a disk image has the same machine id and
    /// the same file numbers.
    func indistinguishableCopy(_ name: String, in scratch: Scratch) throws -> Node {
        let copy = try Node(copyOf: self, name, in: scratch)
        try copy.sqlite("UPDATE replica SET home = ''")
        return copy
    }

    /// What somebody types into the plain sqlite3 shell.
    func sqlite(_ sql: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["sqlite3", "-cmd", ".timeout 10000", path, sql]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let message = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        if process.terminationStatus != 0 { throw ShellFailure(message: String(decoding: message, as: UTF8.self)) }
    }

    func exported(since position: Int64 = 0) throws -> ChangesetFile {
        let bytes = Recorder()
        _ = try replica.export(since: position) { bytes.content += $0 }
        return try ChangesetFile(bytes.content)
    }

    var digest: String { get throws { try library.digest() } }
}

struct ShellFailure: Error { var message: String }

final class Recorder { var content: [UInt8] = [] }

/// What a network may do to one exchange.
enum Fault: CaseIterable {
    case none
    /// The request never arrives.
    case requestLost
    /// The server does it, and the answer never arrives.
    case replyLost
}

struct ConnectionLost: Error {}

/// Runs a sync to its end, without a network; `fault` may cut it at any exchange.
@discardableResult
func sync(
    _ client: Node, with server: Node, as actor: Actor = .everything, fault: () -> Fault = { .none }
) throws -> SyncSummary {
    var sync = try ClientSync(client.replica)
    var request: SyncRequest? = try sync.start()
    while let next = request {
        let fault = fault()
        if fault == .requestLost { throw ConnectionLost() }
        do {
            let reply = try ServerSync(server.replica, by: actor).handle(next)
            if fault == .replyLost { throw ConnectionLost() }
            request = try sync.receive(reply)
        } catch let refusal as SyncRefusal {
            request = try sync.receive(refusal)
        }
    }
    return sync.summary
}

struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele et al. 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
