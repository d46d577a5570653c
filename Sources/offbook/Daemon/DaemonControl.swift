import ArgumentParser
import Glibc
import ReplicaStore

extension DaemonCommand {
    struct Stop: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "stop", abstract: "Stop the daemon.", discussion: "  offbook daemon stop")

        @OptionGroup var data: DataOptions

        /// In steps of 20 ms.
        private static let stepsMax = 250

        func run() async throws {
            guard let process = DaemonLock.holder(of: data.directory) else {
                return Console.print("No daemon runs on \(data.directory.path).")
            }
            guard kill(process, SIGTERM) == 0 else {
                throw CommandError(
                    .failure, "process \(process) can't be stopped: \(String(cString: strerror(errno)))")
            }
            for _ in 0..<Self.stepsMax {
                if DaemonLock.holder(of: data.directory) != process { return Console.print("Stopped.") }
                try await Task.sleep(for: .milliseconds(20))
            }
            throw CommandError(.failure, "process \(process) does not end; if it must: kill -9 \(process)")
        }
    }

    struct Logs: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "logs", abstract: "Show what the daemon has said.",
            discussion: """
                  offbook daemon logs
                  offbook daemon logs --lines 100 --follow
                """)

        @Option(help: ArgumentHelp("The last so many lines.", valueName: "n")) var lines = 20
        @Flag(name: .shortAndLong, help: "Go on, until it is interrupted.") var follow = false
        @OptionGroup var data: DataOptions

        func validate() throws {
            if lines < 0 { throw ValidationError("--lines takes a number of at least 0.") }
        }

        func run() async throws {
            let path = DaemonLog.path(data.directory)
            var bytes = (try? InputFile.bytes(path, atMost: DaemonLog.bytesMax * 2)) ?? []
            let all = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            for line in all.suffix(lines) { Console.print(String(line)) }
            while follow {
                try await Task.sleep(for: .milliseconds(250))
                let now = (try? InputFile.bytes(path, atMost: DaemonLog.bytesMax * 2)) ?? []
                // A new file has begun.
                let new = now.starts(with: bytes) ? now.dropFirst(bytes.count) : now[...]
                let end = new.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? new.startIndex
                Console.write(Array(new[..<end]))
                bytes = Array(now[..<end])
            }
        }
    }
}
