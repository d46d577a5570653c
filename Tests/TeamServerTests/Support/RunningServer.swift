import AsyncHTTPClient
import Changesets
import DirectoryStore
import Foundation
import Logging
import MessageLog
import NIOCore
import NIOHTTP1
import PromptTemplates
import ReplicaStore
import Synchronization
import TeamServer

/// What a server answered.
struct Answered: Sendable, CustomStringConvertible {
    var status: Int
    var headers: HTTPHeaders
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: TemplateValue { (try? TemplateValue(json: body)) ?? .null }
    var tag: String? { headers.first(name: "ETag") }
    var description: String { "\(status) \(text.prefix(600))" }
}

struct Complaint: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// A server in a folder of its own, on a port that is free.
final class RunningServer: Asking {
    let folder: String
    let url: String
    /// The same directory, as the server itself has it open.
    let store: DirectoryStore
    private let running: Task<Void, any Error>

    /// - Parameters:
    ///   - environment: what the server reads of it.
    ///   - folder: that of one which ran before; a new one where nil.
    static func start(_ environment: [String: String] = [:], in folder: String? = nil) async throws -> RunningServer {
        let folder = folder ?? NSTemporaryDirectory() + "offbook-tests-\(UUID().uuidString)"
        var configuration = TeamServer.Configuration(host: "127.0.0.1", port: 0)
        configuration.policy = policy
        configuration.environment = { environment[$0] }
        configuration.messageLog.isOn = true
        // Tests ask more than people do.
        configuration.rateLimits = nil
        let server = try TeamServer(DataDirectory(path: folder), configuration, logger: silent)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let running = Task { try await server.run { port.yield($0) } }
        var found = ports.makeAsyncIterator()
        guard let number = await found.next() else { throw Complaint("the server does not listen") }
        return try RunningServer(folder, "http://127.0.0.1:\(number)", running)
    }

    static var silent: Logger {
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        return logger
    }

    private init(_ folder: String, _ url: String, _ running: Task<Void, any Error>) throws {
        self.folder = folder
        self.url = url
        self.running = running
        store = try DirectoryStore(DataDirectory(path: folder), policy: Self.policy)
    }

    private static var policy: DirectoryPolicy {
        var policy = DirectoryPolicy()
        // What the tests look at does not depend on how much work it is.
        policy.passwordCost = PasswordCost(logarithm: 4)
        policy.requiresVerification = false
        policy.sharesProviders = true
        return policy
    }

    /// The same directory at another time, in milliseconds from now.
    func store(at offset: Int64) throws -> DirectoryStore {
        try DirectoryStore(
            DataDirectory(path: folder), policy: Self.policy, clock: { systemMilliseconds() + offset })
    }

    func stop() async {
        await end()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// What it has written stays.
    func end() async {
        running.cancel()
        _ = await running.result
    }
}

/// Runs a test with a server that is gone afterwards.
func withServer<T: Sendable>(
    _ environment: [String: String] = [:], _ body: (RunningServer) async throws -> T
) async throws -> T {
    let server = try await RunningServer.start(environment)
    do {
        let result = try await body(server)
        await server.stop()
        return result
    } catch {
        await server.stop()
        throw error
    }
}

extension TemplateValue {
    subscript(_ name: String) -> TemplateValue {
        if case .object(let members) = self { members[name] ?? .null } else { .null }
    }

    subscript(_ place: Int) -> TemplateValue {
        if case .list(let elements) = self, elements.indices.contains(place) { elements[place] } else { .null }
    }

    var string: String { if case .text(let text) = self { text } else { "" } }
    var int: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    var items: [TemplateValue] { if case .list(let elements) = self["items"] { elements } else { [] } }
}
