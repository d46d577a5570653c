import Foundation
import Testing

@testable import TeamServer

/// Where it is installed (`pip install schemathesis`); else the test says that it was skipped.
@Suite("Schemathesis")
struct SchemathesisTests {
    private static let isThere = (try? run(["schemathesis", "--version"]))?.status == 0

    @Test(
        "Whatever it makes up, nothing is answered 5xx, or otherwise than the document says",
        .enabled(if: isThere, "schemathesis is not installed"), arguments: [true, false])
    func madeUpRequests(isSignedIn: Bool) async throws {
        try await withServer { server in
            let (owner, _) = try await server.owner()
            let words =
                [
                    "schemathesis", "run", server.url + "/openapi.json", "-n", "5", "--continue-on-failure",
                    "--phases", "examples,coverage,fuzzing", "--checks",
                    "not_a_server_error,response_schema_conformance,status_code_conformance,content_type_conformance",
                    // These end the session, after which there would be little to see.
                    "--exclude-path-regex", "(users/me$|logout|signout|users/account|/password)",
                ] + (isSignedIn ? ["-H", "Authorization: Bearer \(owner.token)"] : [])
            let (status, output) = try await Self.beside(words, in: server.folder)
            #expect(status == 0, "\(output.suffix(6000))")
        }
    }

    /// On a thread of its own: the server in this process needs the others.
    private static func beside(_ words: [String], in folder: String) async throws -> (status: Int32, output: String) {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try run(words, in: folder) }) }
        }
    }

    private static func run(_ words: [String], in folder: String? = nil) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = words
        if let folder { process.currentDirectoryURL = URL(filePath: folder) }
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }
}
