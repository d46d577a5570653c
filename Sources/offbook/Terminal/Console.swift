import Glibc

/// What is printed, and on what.
enum Console {
    static let isOutputTerminal = isatty(STDOUT_FILENO) == 1
    static let isErrorTerminal = isatty(STDERR_FILENO) == 1
    static let isInputTerminal = isatty(STDIN_FILENO) == 1

    /// https://no-color.org: set and not empty means none.
    static let hasColour = isOutputTerminal && (variable("NO_COLOR") ?? "").isEmpty && variable("TERM") != "dumb"

    /// By the locale, as in locale(7).
    static let isUTF8: Bool = {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { DataOptions.nonEmpty($0) }.first ?? ""
        return locale.uppercased().replacing("-", with: "").contains("UTF8")
    }()

    /// Columns of the terminal, 80 where there is none.
    static var width: Int { size.map { Int($0.ws_col) } ?? variable("COLUMNS").flatMap { Int($0) } ?? 80 }

    /// Lines of the terminal, 24 where there is none.
    static var height: Int { size.map { Int($0.ws_row) } ?? variable("LINES").flatMap { Int($0) } ?? 24 }

    /// Columns of the terminal that shows what goes wrong, and how far something is.
    static var errorWidth: Int { size(STDERR_FILENO).map { Int($0.ws_col) } ?? 80 }

    private static var size: winsize? { size(STDOUT_FILENO) }

    private static func size(_ file: Int32) -> winsize? {
        var size = winsize()
        guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        return size
    }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// A line of ours, or several. What names and texts bring with them can't drive a terminal.
    static func print(_ text: String = "") {
        write(Array((isOutputTerminal ? safe(text) : text).utf8) + [UInt8(ascii: "\n")], to: STDOUT_FILENO)
    }

    static func error(_ text: String) {
        write(Array((isErrorTerminal ? safe(text) : text).utf8) + [UInt8(ascii: "\n")], to: STDERR_FILENO)
    }

    /// Somebody's text: to a pipe or a file byte for byte; harmless, and with a line break at its end, on a
    /// terminal.
    static func printText(_ bytes: [UInt8]) {
        guard isOutputTerminal else { return write(bytes) }
        let text = String(decoding: bytes, as: UTF8.self)
        write(Array(safe(text).utf8) + (bytes.last == UInt8(ascii: "\n") ? [] : [UInt8(ascii: "\n")]))
    }

    /// A piece of somebody's text, as it comes: what comes before and after is on the same line.
    static func printPiece(_ text: String) { write(Array((isOutputTerminal ? safe(text) : text).utf8)) }

    private static func safe(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if let sequence = Style.sequence(for: scalar) {
                result.append(contentsOf: sequence.unicodeScalars)
            } else {
                result.append(scalar.isHarmless ? scalar : "\u{FFFD}")
            }
        }
        return String(result)
    }

    /// Exactly these bytes on standard output.
    static func write(_ bytes: [UInt8]) { write(bytes, to: STDOUT_FILENO) }

    /// Replaces the current line of a terminal; nothing elsewhere.
    static func progress(_ text: String) {
        guard isErrorTerminal else { return }
        write(Array("\r\u{1B}[K\(text)".utf8), to: STDERR_FILENO)
    }

    /// A reader that went away, such as head, has seen enough. A disk that took half of it is another thing.
    private static func lose(_ file: Int32) {
        guard errno != EPIPE, file != STDERR_FILENO else { return }
        error("offbook: the output can't be written: \(String(cString: strerror(errno)))")
        exit(ExitStatus.failure.rawValue)
    }

    static func writeError(_ bytes: [UInt8]) { write(bytes, to: STDERR_FILENO) }

    static func write(_ bytes: [UInt8], to file: Int32) {
        if Pager.hold(bytes, for: file) { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if written < 0, errno == EINTR { continue }
            if written <= 0 { return lose(file) }
            rest = rest.dropFirst(written)
        }
    }
}

enum Style: String, CaseIterable {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
    /// With text and ground exchanged.
    case redReversed = "31;7"
    case greenReversed = "32;7"

    /// Noncharacters stand for the colours until `Console` prints them, so that no text can bring its own.
    private static let first: UInt32 = 0xFDD0
    private static let end: UInt32 = 0xFDEF

    func callAsFunction(_ text: String) -> String {
        guard Console.hasColour, !text.isEmpty, let place = Self.allCases.firstIndex(of: self),
            let mark = Unicode.Scalar(Self.first + UInt32(place)), let end = Unicode.Scalar(Self.end)
        else { return text }
        return "\(mark)\(text)\(end)"
    }

    static func sequence(for scalar: Unicode.Scalar) -> String? {
        guard scalar.value >= first, scalar.value <= end else { return nil }
        if scalar.value == end { return "\u{1B}[0m" }
        let place = Int(scalar.value - first)
        return place < allCases.count ? "\u{1B}[\(allCases[place].rawValue)m" : ""
    }
}
