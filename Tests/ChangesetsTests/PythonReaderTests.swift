import Foundation
import ProtocolVectors
import Testing

/// Runs the reader in `Tests/Python`, which was written from the text of the protocol alone, over all
/// vectors: what it and this implementation agree on is what the text says.
@Suite("The independent reader in Python")
struct PythonReaderTests {
    @Test("reads every vector as it must", .enabled(if: Python.isReady, Python.whyNot))
    func vectors() throws {
        let run = try Python.run(["-m", "offbook_reader", VectorFolder.syncProtocol.path()])
        #expect(run.status == 0, "\(run.output)")
        #expect(run.output.contains("merge: "), "\(run.output)")
    }

    /// Vectors are chosen by people. These are not.
    @Test(
        "takes and refuses what this implementation does of damaged pages", .enabled(if: Python.isReady, Python.whyNot))
    func damagedPages() throws {
        let folder = FileManager.default.temporaryDirectory.appending(component: "offbook-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var pages = DamagedPages(seed: 1, count: 1_000)
        let taken = try pages.write(to: folder)
        #expect(100..<900 ~= taken, "both kinds are there")
        let run = try Python.run(["-m", "offbook_reader", "--files", folder.path()])
        #expect(run.status == 0, "\(run.output)")
    }
}

/// The first Python here that has protobuf: that of the system has Debian's package, another on the
/// PATH may not.
enum Python {
    static let whyNot: Comment = "no python3 here has the protobuf package (Debian: apt-get install python3-protobuf)"

    private static let folder = VectorFolder.syncProtocol.deletingLastPathComponent()
        .appending(components: "Tests", "Python")

    /// `OFFBOOK_PYTHON` names another one.
    private static let command: [String]? =
        ([ProcessInfo.processInfo.environment["OFFBOOK_PYTHON"].map { [$0] }].compactMap { $0 }
        + [["/usr/bin/env", "python3"], ["/usr/bin/python3"]]).first { command in
            (try? launch(command + ["-c", "import google.protobuf"]))?.status == 0
        }

    static var isReady: Bool { command != nil }

    static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        guard let command else { throw BadCase("no Python") }
        return try launch(command + arguments)
    }

    private static func launch(_ command: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: command[0])
        process.arguments = Array(command.dropFirst())
        process.currentDirectoryURL = folder
        var environment = ProcessInfo.processInfo.environment
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }
}
