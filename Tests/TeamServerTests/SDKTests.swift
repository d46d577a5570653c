import Foundation
import PromptTemplates
import ProviderStub
import Testing

@testable import TeamServer

/// Clients that nobody here wrote, as they are on PyPI. `make setup` puts them where the tests look; where it could
/// not, the test says that it was skipped.
@Suite("The clients of OpenAI and Anthropic")
struct SDKTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "SDKs")
    private static let modules = folder.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: ".build/python").path()
    private static let isThere = (try? run(["-c", "import openai, anthropic"]))?.status == 0

    @Test(
        "They work unchanged but for their base URL and key",
        .enabled(if: isThere, "no python3 here has the packages openai and anthropic"))
    func unchanged() async throws {
        let stub = try await ProviderStub.start(StubModels.script)
        try await withServer(stub.environment) { server in
            let (owner, _) = try await server.owner()
            try await server.json(
                "POST", "/api/v1/prompts", ["name": "greeting", "body": "Say hello to {{name}}."],
                token: owner.token, status: 201)
            let words = [
                Self.folder.appending(path: "sdks.py").path(), "--server", server.url, "--key", owner.token,
                "--stub", "http://127.0.0.1:\(stub.port)", "--prompt", "greeting",
            ]
            let (status, output) = try await Self.beside(words)
            #expect(status == 0, "\(output.suffix(6000))")
        }
        try await stub.stop()
    }

    /// On a thread of its own: the server in this process needs the others.
    private static func beside(_ words: [String]) async throws -> (status: Int32, output: String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try run(words) }) }
        }
    }

    private static func run(_ words: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + words
        var environment = ProcessInfo.processInfo.environment
        environment["PYTHONPATH"] = modules
        process.environment = environment
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
