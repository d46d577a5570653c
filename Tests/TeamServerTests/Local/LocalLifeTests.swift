import AsyncHTTPClient
import Foundation
import NIOCore
import NIOPosix
import PromptLibrary
import PromptTemplates
import ReplicaStore
import Testing

@testable import TeamServer

@Suite("How the daemon's server begins and ends")
struct LocalLifeTests {
    @Test("What a killed daemon left is replaced; a second one is refused, and the first goes on")
    func stale() async throws {
        let folder = NSTemporaryDirectory() + "ob-\(UUID().uuidString.prefix(8))"
        try DataDirectory(path: folder).prepare()
        let socket = "\(folder)/daemon.sock"
        _ = try await output("python3", "-c", "import socket; socket.socket(socket.AF_UNIX).bind('\(socket)')")
        #expect(FileManager.default.fileExists(atPath: socket))
        let stage = try await LocalStage.start(in: folder)
        await #expect(throws: ReplicaError(.busy, "")) {
            try await LocalStage.start(in: folder, workspaces: []).stop()
        }
        #expect(try await stage.socket.ask("GET", "/healthz").status == 200)
        #expect(DaemonFiles(stage.data).readAddress() == stage.address)
        await stage.clear()
    }

    @Test("A path too long for a socket, a file in its way and a taken port are said")
    func errors() async throws {
        let long = NSTemporaryDirectory() + String(repeating: "x", count: 110)
        defer { try? FileManager.default.removeItem(atPath: long) }
        let tooLong = await #expect(throws: ReplicaError.self) { try await LocalStage.start(in: long).stop() }
        #expect(tooLong?.message.contains("107") == true)
        try await withLocalServer { stage in
            let other = LocalServer(
                LocalReplicas(DataDirectory(path: stage.data.path + "/other")), port: stage.address.port,
                logger: LocalStage.quiet
            ) { 1 }
            let taken = await #expect(throws: ReplicaError.self) { try await other.run { _ in } }
            #expect(taken?.code == .busy && taken?.message.contains("\(stage.address.port)") == true)
            let left = try FileManager.default.contentsOfDirectory(atPath: stage.data.path + "/other")
            #expect(left.sorted() == ["daemon.token", "workspaces"])
            let inTheWay = DataDirectory(path: stage.data.path + "/file")
            try inTheWay.prepare()
            try Data("text".utf8).write(to: URL(filePath: inTheWay.path + "/daemon.sock"))
            let refused = LocalServer(LocalReplicas(inTheWay), port: 0, logger: LocalStage.quiet) { 1 }
            await #expect(throws: ReplicaError(.io, "")) { try await refused.run { _ in } }
            #expect(try String(contentsOfFile: inTheWay.path + "/daemon.sock", encoding: .utf8) == "text")
        }
    }

    /// It takes a second at most; the machine may have much else to do. What is held open here is held for ever, or
    /// for a minute.
    private static let soon = Duration.seconds(15)

    /// Connections that say nothing, or only the beginning of something, to be closed by the other side.
    private func connect(_ stage: LocalStage, saying text: String) async throws -> any Channel {
        let channel = try await ClientBootstrap(group: NIOSingletons.posixEventLoopGroup)
            .connect(host: "127.0.0.1", port: stage.address.port).get()
        try await channel.writeAndFlush(ByteBuffer(string: text))
        return channel
    }

    @Test("It ends soon, whatever others hold open", arguments: [true, false])
    func ending(byCancelling: Bool) async throws {
        let stage = try await LocalStage.start()
        let token = try stage.token
        // Both have connections that are kept alive from here on.
        for asked in [stage, stage.socket] as [any Asking] {
            #expect(try await asked.ask("GET", "/api/v1/prompts", token: token).status == 200)
        }
        var channels = [try await connect(stage, saying: "")]
        let head = "POST /api/v1/prompts HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \(token)\r\n"
        channels.append(try await connect(stage, saying: head))
        channels.append(try await connect(stage, saying: head + "Content-Length: 1000\r\n\r\n{"))
        let began = ContinuousClock.now
        if byCancelling { try await stage.cancel() } else { try await stage.stop() }
        #expect(ContinuousClock.now - began < Self.soon)
        #expect(!FileManager.default.fileExists(atPath: stage.address.socket))
        for channel in channels { try await channel.closeFuture.get() }
        await stage.clear()
    }

    @Test("It ends in time though somebody holds a library, and what waited for that is whole or not there")
    func heldLibrary() async throws {
        let stage = try await LocalStage.start()
        let file = stage.data.replicaPath(try #require(stage.data.workspaces().first))
        let (holder, input, said) = (Process(), Pipe(), Pipe())
        holder.executableURL = URL(filePath: "/usr/bin/env")
        holder.arguments = ["sqlite3", file]
        (holder.standardInput, holder.standardOutput) = (input, said)
        try holder.run()
        try input.fileHandleForWriting.write(contentsOf: Data("BEGIN IMMEDIATE; SELECT 'held';\n".utf8))
        _ = said.fileHandleForReading.availableData
        let waiting = Task {
            try await stage.socket.ask("POST", "/api/v1/prompts", ["name": "late", "body": "x"])
        }
        try await Task.sleep(for: .milliseconds(300))
        let began = ContinuousClock.now
        try await stage.stop()
        #expect(ContinuousClock.now - began < Self.soon)
        try input.fileHandleForWriting.close()
        holder.waitUntilExit()
        let answer = await waiting.result
        if case .success(let answer) = answer { #expect(answer.status == 201 || answer.status >= 500, "\(answer)") }
        let library = try Workspaces(stage.data, nodeName: "", userName: "").open()
        #expect(try library.replica.read { try $0.workspaceName() } == "Own")
        await stage.clear()
    }
}
