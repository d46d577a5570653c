import Foundation
import Glibc

/// The `offbook` that was built along with these tests: it lies beside the test bundle.
let offbookBinary: String = {
    let manager = FileManager.default
    var folder = URL(filePath: CommandLine.arguments[0], relativeTo: URL(filePath: manager.currentDirectoryPath))
        .absoluteURL.standardizedFileURL
    while folder.path != "/" {
        folder.deleteLastPathComponent()
        let candidate = folder.appending(path: "offbook").path
        var isFolder: ObjCBool = false
        if manager.fileExists(atPath: candidate, isDirectory: &isFolder), !isFolder.boolValue,
            manager.isExecutableFile(atPath: candidate)
        {
            return candidate
        }
    }
    fatalError("no offbook was built beside \(CommandLine.arguments[0])")
}()

/// Runs a script by `bash -euo pipefail`, and gives its exit status and all that it wrote.
///
/// `offbook` in the script is the one that was built. No variable of Offbook is inherited, and data
/// that the script says no place for goes below `directory`. What the script leaves running in
/// the background ends with it. A script that takes longer than five minutes is killed.
func shell(
    _ script: String, environment: [String: String] = [:], in directory: String? = nil, input: String? = nil
) throws -> (status: Int32, output: String, error: String) {
    let scratch = try Scratch()
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["bash", "-euo", "pipefail", "-c", script]
    process.currentDirectoryURL = URL(filePath: directory ?? FileManager.default.currentDirectoryPath)
    process.environment = scriptEnvironment(home: directory ?? scratch.path).merging(environment) { $1 }
    if let input {
        let file = URL(filePath: try scratch.file("input", input))
        process.standardInput = try FileHandle(forReadingFrom: file)
    } else {
        process.standardInput = FileHandle.nullDevice
    }
    let output = Pipe()
    let error = Pipe()
    process.standardOutput = output
    process.standardError = error
    try process.run()

    var drains = [PipeDrain(output), PipeDrain(error)]
    let deadline = Date(timeIntervalSinceNow: 300)
    while !hasEnded(process) {
        PipeDrain.wait(for: drains)
        for index in drains.indices { drains[index].read() }
        if Date() > deadline { kill(-process.processIdentifier, SIGKILL) }
    }
    kill(-process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    for index in drains.indices { drains[index].read() }
    return (process.terminationStatus, drains[0].text, drains[1].text)
}

/// A directory for the time of one test: removed when nothing refers to this any more.
final class Scratch {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "offbook-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file, and gives its path.
    func file(_ name: String, _ text: String) throws -> String {
        let path = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }
}

private func scriptEnvironment(home: String) -> [String: String] {
    var environment = ProcessInfo.processInfo.environment.filter { variable, _ in
        !variable.hasPrefix("OFFBOOK_") && !["EDITOR", "VISUAL"].contains(variable)
    }
    let binaries = URL(filePath: offbookBinary).deletingLastPathComponent().path
    environment["PATH"] = binaries + ":" + (environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin")
    environment["XDG_DATA_HOME"] = home + "/.local/share"
    return environment
}

/// Leaves the process to be reaped by Foundation, for which it has not ended before all that it left
/// in the background has. (Foundation makes it the leader of a group of its own.)
private func hasEnded(_ process: Process) -> Bool {
    var information = siginfo_t()
    let pid = id_t(process.processIdentifier)
    guard waitid(P_PID, pid, &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { return true }
    return information.si_signo == SIGCHLD
}

/// Takes what is in a pipe without ever waiting: a process in the background may hold its other end.
private struct PipeDrain {
    private let handle: FileHandle
    private var bytes: [UInt8] = []
    private var isAtEnd = false

    var text: String { String(decoding: bytes, as: UTF8.self) }

    init(_ pipe: Pipe) {
        handle = pipe.fileHandleForReading
        let flags = fcntl(handle.fileDescriptor, F_GETFL)
        _ = fcntl(handle.fileDescriptor, F_SETFL, flags | O_NONBLOCK)
    }

    mutating func read() {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while !isAtEnd {
            let count = Glibc.read(handle.fileDescriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return }
            isAtEnd = count == 0
            bytes += chunk.prefix(count)
        }
    }

    /// Until there is something to read, or for a moment, in which the process may have ended.
    static func wait(for drains: [PipeDrain]) {
        var waits = drains.map {
            pollfd(fd: $0.isAtEnd ? -1 : $0.handle.fileDescriptor, events: Int16(POLLIN), revents: 0)
        }
        poll(&waits, nfds_t(waits.count), 10)
    }
}
