import Changesets
import Foundation
import Logging
import PromptLibrary
import ReplicaStore

@testable import TeamServer

/// What a daemon says of itself, for tests.
struct SomeStatus: Codable, Sendable {
    struct Part: Codable, Sendable {
        var name: String
        var isConnected: Bool
    }

    var pid: Int
    var parts: [Part]
}

/// A local server over a data directory of its own, until it is stopped.
final class LocalStage: Asking {
    let data: DataDirectory
    let url: String
    let address: DaemonFiles.Address
    let server: LocalServer
    private let running: Task<Void, any Error>

    /// - Parameter folder: one that is there already.
    static func start(in folder: String? = nil, workspaces: [String] = ["Own"]) async throws -> LocalStage {
        let data = DataDirectory(path: folder ?? NSTemporaryDirectory() + "ob-\(UUID().uuidString.prefix(8))")
        for name in workspaces { _ = try library(named: name, in: data) }
        let server = LocalServer(LocalReplicas(data), port: 0, logger: quiet) {
            SomeStatus(pid: 7, parts: [.init(name: "stage", isConnected: false)])
        }
        let (addresses, address) = AsyncStream.makeStream(of: DaemonFiles.Address.self)
        let running = Task {
            defer { address.finish() }
            try await server.run { address.yield($0) }
        }
        var found = addresses.makeAsyncIterator()
        guard let first = await found.next() else {
            try await running.value
            throw Complaint("the server has stopped")
        }
        return LocalStage(data, first, server, running)
    }

    static var quiet: Logger {
        var logger = Logger(label: "tests")
        logger.logLevel = .critical
        return logger
    }

    private init(
        _ data: DataDirectory, _ address: DaemonFiles.Address, _ server: LocalServer, _ running: Task<Void, any Error>
    ) {
        (self.data, self.address, self.server, self.running) = (data, address, server, running)
        url = "http://127.0.0.1:\(address.port)"
    }

    static func library(named name: String, in data: DataDirectory) throws -> Library {
        try Workspaces(data, nodeName: "laptop", userName: "ada").create(named: name)
    }

    func library(named name: String) throws -> Library { try Self.library(named: name, in: data) }

    var token: String {
        get throws {
            try String(contentsOfFile: DaemonFiles(data).token, encoding: .utf8).trimmingCharacters(in: .newlines)
        }
    }

    /// The same server by way of its socket.
    var socket: OverSocket { OverSocket(path: address.socket) }

    struct OverSocket: Asking {
        let path: String

        var url: String {
            "http+unix://" + (path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? "")
        }
    }

    func stop() async throws {
        server.stop()
        try await running.value
    }

    func cancel() async throws {
        running.cancel()
        try await running.value
    }

    func clear() async {
        server.stop()
        _ = await running.result
        try? FileManager.default.removeItem(atPath: data.path)
    }
}

/// Runs a test with a local server that is gone afterwards.
func withLocalServer<T: Sendable>(
    workspaces: [String] = ["Own"], _ body: (LocalStage) async throws -> T
) async throws -> T {
    let stage = try await LocalStage.start(workspaces: workspaces)
    do {
        let result = try await body(stage)
        await stage.clear()
        return result
    } catch {
        await stage.clear()
        throw error
    }
}

/// Runs a program that has to end well, and gives what it printed. The server that it may ask is in this very
/// process, so none of the threads that this needs waits meanwhile.
func output(_ words: String..., environment: [String: String] = [:]) async throws -> String {
    try await withCheckedThrowingContinuation { done in
        Thread.detachNewThread { done.resume(with: Result { try waitedFor(words, environment) }) }
    }
}

private func waitedFor(_ words: [String], _ environment: [String: String]) throws -> String {
    let (process, output) = (Process(), Pipe())
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = words
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardOutput = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw Complaint("\(words): \(process.terminationStatus), \(text)")
    }
    return text
}
