import Foundation

/// A process that goes on while the test does other things, with its output in files.
///
/// It is a group of its own, and is killed when nothing refers to this any more.
final class Program {
    let pid: pid_t
    let outputPath: String
    let errorPath: String
    private var status: Int32?

    /// - Parameter prefix: what runs it, such as another user.
    init(
        _ arguments: [String], as prefix: [String] = [], environment: [String: String] = [:], in scratch: Scratch
    ) throws {
        let name = UUID().uuidString
        outputPath = "\(scratch.path)/\(name).out"
        errorPath = "\(scratch.path)/\(name).err"
        pid = try Self.spawn(prefix + [offbookBinary] + arguments, environment, outputPath, errorPath)
    }

    deinit { kill() }

    private static func spawn(
        _ words: [String], _ environment: [String: String], _ output: String, _ error: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, error, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))

        let inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("OFFBOOK_") }
        let variables = inherited.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var arguments = words.map { strdup($0) } + [nil]
        var settings = variables.map { strdup($0) } + [nil]
        defer { for text in arguments + settings { free(text) } }
        var pid: pid_t = 0
        let code = posix_spawnp(&pid, words[0], &actions, &attributes, &arguments, &settings)
        guard code == 0 else { throw Complaint("\(words) can't be started: \(String(cString: strerror(code)))") }
        return pid
    }

    var output: String { (try? String(contentsOfFile: outputPath, encoding: .utf8)) ?? "" }
    var error: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

    /// The wait status once it has ended.
    private func reap(_ options: Int32) -> Int32? {
        if let status { return status }
        var found: Int32 = 0
        if waitpid(pid, &found, options) == pid { status = found }
        return status
    }

    var hasEnded: Bool { reap(WNOHANG) != nil }

    /// Kills it as `kill -9` does, unless it has ended.
    ///
    /// - Returns: whether it was still running.
    @discardableResult
    func kill() -> Bool {
        guard reap(WNOHANG) == nil else { return false }
        Glibc.kill(pid, SIGKILL)
        return reap(0).map { $0 & 0x7F == SIGKILL } ?? false
    }

    /// Asks it to end, and waits until it has.
    ///
    /// - Returns: its exit status; nil where a signal ended it.
    func stop() throws -> Int32? {
        Glibc.kill(pid, SIGTERM)
        return try end()
    }

    /// - Returns: its exit status; nil where a signal ended it.
    func end() throws -> Int32? {
        try eventually("process \(pid) ends") { hasEnded }
        let status = reap(0) ?? 0
        return status & 0x7F == 0 ? status >> 8 & 0xFF : nil
    }
}

/// Waits for a condition, far longer than it can take.
func eventually(_ what: String, within seconds: Double = 120, _ condition: () throws -> Bool) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while try !condition() {
        guard Date() < deadline else { throw Complaint("waited \(seconds) s in vain until \(what)") }
        usleep(5000)
    }
}

/// A team server on a loopback port of its own.
final class Server {
    let node: Node
    private(set) var process: Program
    private(set) var url: String
    private let environment: [String: String]

    private let options: [String]

    /// - Parameter isFresh: whether nobody is to be able to reach it yet; then it makes an owner, whose password
    ///   takes a while to hash.
    init(
        in scratch: Scratch, name: String = "server", options: [String] = [], environment: [String: String] = [:],
        isFresh: Bool = false
    ) throws {
        node = Node(name, in: scratch)
        self.options = options
        self.environment = environment
        if !isFresh { try node.run("token", "create", "--workspace", "Team") }
        (process, url) = try Self.start(node, options, environment)
    }

    private static func start(
        _ node: Node, as prefix: [String] = [], _ options: [String], _ environment: [String: String]
    ) throws -> (Program, String) {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--data", node.data]
        // Tests ask more than people do.
        let environment = ["OFFBOOK_RATE_LIMIT": "off"].merging(environment) { $1 }
        let process = try Program(arguments + options, as: prefix, environment: environment, in: node.scratch)
        var url = ""
        try eventually("the server listens") {
            guard !process.hasEnded else { throw Complaint("the server ended: \(process.error)") }
            let line = process.output.split(separator: "\n", omittingEmptySubsequences: false)
            guard line.count > 1, line[0].hasPrefix("listening on ") else { return false }
            url = String(line[0].dropFirst("listening on ".count))
            return true
        }
        return (process, url)
    }

    /// Makes a token; the workspace comes with the first.
    func token(_ workspace: String = "Team") throws -> String {
        try node.run("token", "create", "--workspace", workspace).line
    }

    /// Ends it without warning.
    func kill() { process.kill() }

    /// Comes up again, on another port.
    func restart(as prefix: [String] = [], options: [String] = []) throws {
        process.kill()
        (process, url) = try Self.start(node, as: prefix, self.options + options, environment)
    }

    /// Kills it, and starts it where it was.
    func restartInPlace(after meanwhile: () throws -> Void) throws {
        process.kill()
        try meanwhile()
        let address = url.replacingOccurrences(of: "http://", with: "")
        (process, url) = try Self.start(node, options + ["--listen", address], environment)
    }
}

extension Node {
    /// A new node of this name, connected to the server and filled from it.
    static func joining(
        _ server: Server, _ token: String, _ name: String, in scratch: Scratch
    ) throws -> Node {
        let node = Node(name, in: scratch)
        try node.connect(server, token)
        try node.sync()
        return node
    }

    @discardableResult
    func connect(_ server: Server, _ token: String, _ options: String...) throws -> JSON {
        let outcome = try attempt(
            ["connect", server.url, "--token", token, "--node", name, "--json"] + options)
        guard outcome.status == 0 else {
            throw UnexpectedStatus(command: "\(name): offbook connect", outcome: outcome)
        }
        return try outcome.json
    }

    @discardableResult
    func sync() throws -> JSON { try json("sync") }

    /// Imports what this node exports into another.
    @discardableResult
    func carry(to other: Node) throws -> JSON {
        let file = "\(scratch.path)/\(name)-\(UUID().uuidString).offbook"
        try run("export", file)
        return try other.json("import", file)
    }
}

/// Syncs the nodes in turn until a whole round moves nothing.
///
/// - Throws: where that has not come about after a few rounds.
func settle(_ nodes: Node...) throws {
    for _ in 0..<4 {
        let moved = try nodes.map { node in
            let report = try node.sync()
            return (report["sent"].int ?? 1) + (report["received"].int ?? 1)
        }
        if moved.allSatisfy({ $0 == 0 }) { return }
    }
    throw Complaint("four rounds of syncs, and there is still something to send")
}
