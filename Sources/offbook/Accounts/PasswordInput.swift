import Glibc

/// A secret from the terminal, which does not show it, or from standard input, a line each.
enum PasswordInput {
    static func read(_ question: String, fromInput: Bool) throws -> String {
        if fromInput { return try line(question) }
        guard Console.isInputTerminal else {
            throw CommandError(.failure, "there is no terminal to ask for the password: give it with --password-stdin")
        }
        Console.writeError(Array(question.utf8))
        return try unseen { try line(question) }
    }

    /// What is no secret.
    static func readPlain(_ question: String) throws -> String {
        guard Console.isInputTerminal else { throw CommandError(.failure, "there is no terminal to ask: \(question)") }
        Console.writeError(Array(question.utf8))
        return try line(question)
    }

    private static func line(_ question: String) throws -> String {
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw CommandError(.failure, "nothing was given for “\(question.prefix { $0 != ":" })”")
        }
        return line
    }

    private static func unseen<T>(_ body: () throws -> T) throws -> T {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else {
            throw CommandError(.failure, "the terminal can't be told to hide the password")
        }
        var hidden = settings
        hidden.c_lflag &= ~tcflag_t(ECHO)
        // Ctrl-C must not leave the terminal mute.
        let handler = signal(SIGINT, SIG_IGN)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
            signal(SIGINT, handler)
            Console.writeError([UInt8(ascii: "\n")])
        }
        return try body()
    }
}
