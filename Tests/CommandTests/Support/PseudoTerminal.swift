import Foundation

/// Programs on a terminal, driven by Python's pseudo-terminals.
enum PseudoTerminal {
    /// What a program showed on its terminal, and how it ended.
    struct Screen: Decodable {
        /// As with `$?`: 128 and the signal's number where one ended it.
        var status: Int32
        var output: String

        /// Without colours and carriage returns.
        var text: String {
            // By scalars, as \r\n is one character.
            let plain = output.replacing(/\u{1B}\[[0-9;?]*[A-Za-z]/, with: "").unicodeScalars.filter { $0 != "\r" }
            return String(String.UnicodeScalarView(plain))
        }
    }

    /// Runs a script by bash.
    ///
    /// - Parameter keys: what is typed, each as soon as its pattern has been shown.
    static func run(
        _ script: String, columns: Int = 80, rows: Int = 24, keys: [(pattern: String, keys: String)] = [],
        environment: [String: String] = [:], in directory: String
    ) throws -> Screen {
        let typed = String(decoding: try JSONEncoder().encode(keys.map { [$0.pattern, $0.keys] }), as: UTF8.self)
        let words = ["exec", "python3", "-c", driver, script, "\(columns)", "\(rows)", typed]
        let variables = ["TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "NO_COLOR": ""].merging(environment) { $1 }
        let result = try shell(
            words.prefix(3).joined(separator: " ") + " " + words.dropFirst(3).map(quoted).joined(separator: " "),
            environment: variables, in: directory)
        guard result.status == 0 else { throw Complaint("python3: \(result.error)") }
        return try JSONDecoder().decode(Screen.self, from: Data(result.output.utf8))
    }

    private static let driver = """
        import fcntl, json, os, pty, re, select, struct, sys, termios, time
        script, columns, rows, keys = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])
        pid, terminal = pty.fork()
        if pid == 0:
            # Until the size is set.
            sys.stdin.readline()
            os.execvp("bash", ["bash", "-c", script])
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        mode = termios.tcgetattr(terminal)
        mode[3] &= ~termios.ECHO
        termios.tcsetattr(terminal, termios.TCSANOW, mode)
        os.write(terminal, b"\\n")
        shown, seen, end = b"", 0, time.time() + 120
        while time.time() < end:
            ready, _, _ = select.select([terminal], [], [], 1)
            if ready:
                try: data = os.read(terminal, 65536)
                except OSError: break
                if not data: break
                shown += data
            while keys and (found := re.search(keys[0][0].encode(), shown[seen:], re.S)):
                seen += found.end()
                os.write(terminal, keys.pop(0)[1].encode())
        else:
            os.kill(pid, 9)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"status": 128 - code if code < 0 else code, "output": shown.decode(errors="replace")}))
        """
}
