import FoundationEssentials
import Glibc

/// An `offbook serve` on a loopback port of its own.
final class ServerProcess {
    let url: String
    private let process: pid_t

    init(_ offbook: String, data: String, output: String) throws {
        let serve = Program(offbook, ["serve", "--listen", "127.0.0.1:0", "--data", data])
        process = try serve.start(output: output, isQuiet: true)
        url = try Self.address(in: output)
    }

    private static func address(in output: String) throws -> String {
        for _ in 0..<1000 {
            let lines = String(decoding: FileManager.default.contents(atPath: output) ?? Data(), as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            let mark = "listening on "
            if lines.count > 1, lines[0].hasPrefix(mark) { return String(lines[0].dropFirst(mark.count)) }
            usleep(10_000)
        }
        throw BenchError("the server does not come up")
    }

    /// Asks it to end, and waits until it has: its files are closed then.
    func stop() {
        kill(process, SIGTERM)
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
    }
}
