import Glibc
import Logging
import ReplicaStore
import Synchronization
import TeamServer

/// What a daemon has to say: lines in a file of the data directory, and on standard error.
///
/// The file does not grow without limit: a full one becomes `daemon.log.1`, in place of the one that was that.
final class DaemonLog: Sendable {
    static let bytesMax = 4 << 20

    private struct State {
        var file: Int32
        var bytes: Int
    }

    private let path: String
    private let state: Mutex<State>

    static func path(_ data: DataDirectory) -> String { "\(data.path)/daemon.log" }

    init(_ data: DataDirectory) throws {
        path = Self.path(data)
        let file = try Self.open(path)
        state = Mutex(State(file: file, bytes: Int(lseek(file, 0, SEEK_END))))
    }

    private static func open(_ path: String) throws -> Int32 {
        let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw CommandError(.failure, "\(path) can't be written: \(String(cString: strerror(errno)))")
        }
        return file
    }

    /// A disk that is full must not end what it is told of.
    func write(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        state.withLock { state in
            if state.bytes > Self.bytesMax { rotate(&state) }
            state.bytes += max(Glibc.write(state.file, bytes, bytes.count), 0)
        }
        _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
    }

    private func rotate(_ state: inout State) {
        rename(path, path + ".1")
        guard let file = try? Self.open(path) else { return }
        close(state.file)
        state = State(file: file, bytes: 0)
    }
}

struct DaemonLogHandler: LogHandler {
    let log: DaemonLog
    var logLevel = Logger.Level.info
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let fields = metadata.merging(event.metadata ?? [:]) { $1 }
        let text = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted("\($0.value)"))" }.joined()
        log.write("\(JSONLogHandler.time()) \(event.level) \(Self.line("\(event.message)"))\(text)")
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0.isASCII }
        return isPlain ? text : "\"\(line(text).replacing("\"", with: "'"))\""
    }

    /// On one line, whatever is in it.
    private static func line(_ text: String) -> String {
        String(
            String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
