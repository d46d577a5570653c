import FoundationEssentials
import Glibc

/// Another program, started as a process of its own.
struct Program: Sendable {
    /// What a process took from its start to its end.
    struct Use {
        let seconds: Double
        /// Of the processor, in seconds.
        let cpu: Double
        /// The most that was resident, in bytes.
        let memory: Double
    }

    /// Looked up in $PATH if it has no slash.
    let name: String
    let arguments: [String]

    init(_ name: String, _ arguments: [String]) {
        self.name = name
        self.arguments = arguments
    }

    /// The path of an executable in the directory that this process's own is in.
    static func besideThisOne(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(filePath: own).deletingLastPathComponent().path() + name
    }

    /// - Throws: `MissingHere`.
    static func require(_ name: String) throws {
        let places = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
        guard places.contains(where: { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }) else {
            throw MissingHere("there is no \(name) here: apt-get install \(name)")
        }
    }

    /// Runs it to its end, its output thrown away.
    func run() throws { try end(try start(output: "/dev/null")) }

    /// The same, with a look every other millisecond at what is resident: what the system says of that at the end
    /// counts what was resident of whoever started it, too.
    func runWatched() throws -> Use {
        let began = ContinuousClock.now
        let process = try start(output: "/dev/null")
        var (status, usage, memory) = (Int32(), rusage(), 0.0)
        while wait4(process, &status, WNOHANG, &usage) == 0 {
            let peak = ProcessUse(process: process).peak
            if peak > memory { memory = peak }
            usleep(2000)
        }
        try check(status)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return Use(
            seconds: (ContinuousClock.now - began) / .seconds(1), cpu: Double(seconds) + Double(microseconds) / 1e6,
            memory: memory)
    }

    /// What it prints on standard output; what it says beside that is thrown away.
    func output(by path: String) throws -> String {
        try end(try start(output: path, isQuiet: true))
        return String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
    }

    /// Starts it, its standard output in a file and what it logs thrown away where `isQuiet`.
    func start(output: String, isQuiet: Bool = false) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        if isQuiet { posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) }
        var words: [UnsafeMutablePointer<CChar>?] = []
        for word in [name] + arguments { words.append(strdup(word)) }
        words.append(nil)
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawnp(&process, name, &actions, nil, &words, environ) == 0 else {
            throw BenchError("\(name) can't be started; build it, or say where it is with --offbook")
        }
        return process
    }

    private func end(_ process: pid_t) throws {
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        try check(status)
    }

    private func check(_ status: Int32) throws {
        guard status == 0 else { throw BenchError("\(name) \(arguments.joined(separator: " ")) failed") }
    }
}
