import Changesets
import Foundation
import Logging
import MessageLog
import ReplicaStore
import Synchronization

/// A log in a folder of its own, with a clock that a test sets.
final class TestLog: Sendable {
    let folder: String
    let time: Box<Int64>

    static let start: Int64 = 1_800_000_000_000

    init() {
        folder = NSTemporaryDirectory() + "offbook-messages-\(UUID().uuidString)"
        time = Box(Self.start)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    var path: String { "\(folder)/messages.sqlite" }
    var keyPath: String { "\(folder)/messages.key" }
    var now: Int64 { time.value.withLock { $0 } }

    func pass(seconds: Int64) { time.value.withLock { $0 += seconds * 1000 } }

    /// Opens it, as often as a test likes. The folder is there for as long as what is opened.
    func open(
        _ change: (inout MessageLogSettings) -> Void = { _ in }, wait: (@Sendable (Duration) async -> Void)? = nil
    ) throws -> MessageLog {
        var settings = MessageLogSettings(isOn: true)
        change(&settings)
        return try MessageLog(
            in: DataDirectory(path: folder), settings: settings,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            clock: { self.now }, wait: wait)
    }

    func message(_ user: RowID = ada, _ prompt: String = "Say hello", _ response: String = "Hello") -> LoggedMessage {
        var content = MessageContent()
        (content.prompt, content.response, content.model) = (prompt, response, "small-model")
        return LoggedMessage(user: user, workspace: office, createdAt: now, content)
    }

    /// Notes messages that are a millisecond apart.
    func note(_ count: Int, of user: RowID = ada, in log: MessageLog) {
        for number in 0..<count {
            log.note(message(user, "question \(number)"))
            time.value.withLock { $0 += 1 }
        }
    }

    /// All bytes that lie in the folder.
    func files() throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        return Dictionary(
            uniqueKeysWithValues: names.compactMap { name in
                FileManager.default.contents(atPath: "\(folder)/\(name)").map { (name, $0) }
            })
    }
}

final class Box<Value: Sendable>: Sendable {
    let value: Mutex<Value>

    init(_ value: Value) { self.value = Mutex(value) }
}

let ada = RowID.uuid7(at: 1)
let grace = RowID.uuid7(at: 2)
let office = RowID.uuid7(at: 3)

/// Waits until it is so, and no longer than a slow machine needs.
func until(_ condition: () throws -> Bool) async throws -> Bool {
    for _ in 0..<6000 {
        if try condition() { return true }
        try await Task.sleep(for: .milliseconds(5))
    }
    return false
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
