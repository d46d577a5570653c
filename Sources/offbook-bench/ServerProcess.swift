import FoundationEssentials
import Glibc

/// An `offbook serve` on a loopback port of its own, which answers as often as it is asked.
final class ServerProcess {
    let url: String
    /// How many milliseconds passed until it said that it listens.
    let startTime: Double
    private let process: pid_t
    private let offbook: String
    private let data: String
    private let output: String

    init(_ offbook: String, data: String, output: String) throws {
        let serve = Program(
            offbook, ["serve", "--listen", "127.0.0.1:0", "--rate-limit", "off", "--data", data])
        (self.offbook, self.data, self.output) = (offbook, data, output)
        let start = ContinuousClock.now
        process = try serve.start(output: output, isQuiet: true)
        url = try Self.address(in: output)
        startTime = (ContinuousClock.now - start) / .milliseconds(1)
    }

    private static func address(in output: String) throws -> String {
        for _ in 0..<20_000 {
            let lines = String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            let mark = "listening on "
            if lines.count > 1, lines[0].hasPrefix(mark) { return String(lines[0].dropFirst(mark.count)) }
            usleep(1000)
        }
        throw BenchError("the server does not come up")
    }

    var use: ProcessUse { ProcessUse(process: process) }

    /// For a workspace, which is made where there is none of that name.
    func token(workspace: String) throws -> String {
        let create = Program(offbook, ["token", "create", "--workspace", workspace, "--data", data])
        return String(try create.output(by: output + ".token").split(separator: "\n").first ?? "")
    }

    /// Asks it to end, and waits until it has: its files are closed then.
    func stop() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
