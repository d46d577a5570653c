import Glibc

/// What is printed, and on what.
enum Console {
    static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
    static let isErrorTerminal = isatty(STDERR_FILENO) == 1
    static let isInputTerminal = isatty(STDIN_FILENO) == 1

    /// https://no-color.org: set and not empty means none.
    static let hasColour = isOutputTerminal && (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"

    /// Columns of the terminal, 80 where there is none.
    static var width: Int {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        return variable("COLUMNS").flatMap { Int($0) } ?? 80
    }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    static func print(_ text: String = "") { write(Array((text + "\n").utf8), to: STDOUT_FILENO) }

    static func error(_ text: String) { write(Array((text + "\n").utf8), to: STDERR_FILENO) }

    /// Exactly these bytes on standard output.
    static func write(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Replaces the current line of a terminal; nothing elsewhere.
    static func progress(_ text: String) {
        guard isErrorTerminal else { return }
        write(Array("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO)
    }

    private static func write(_ bytes: [UInt8], to file: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            // A reader that went away, such as head, has seen enough.
            if written <= 0 { return }
            rest = rest.dropFirst(written)
        }
    }
}

enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"

    func callAsFunction(_ text: String) -> String {
        Console.hasColour && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }

    /// With text and ground exchanged.
    func reversed(_ text: String) -> String {
        Console.hasColour && !text.isEmpty ? "\u{1B}[\(rawValue);7m\(text)\u{1B}[0m" : text
    }
}
