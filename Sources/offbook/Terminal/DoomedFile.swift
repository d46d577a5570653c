import Glibc

/// A file that goes when a signal ends the process, as it is only half written.
enum DoomedFile {
    nonisolated(unsafe) private static var path: UnsafeMutablePointer<CChar>?
    private static let signals = [SIGINT, SIGTERM, SIGHUP]

    /// There is one at a time.
    static func doom(_ doomed: String) {
        free(path)
        path = strdup(doomed)
        handle(by: unlinkAndEnd)
    }

    static func spare() {
        handle(by: SIG_DFL)
        free(path)
        path = nil
    }

    private static func handle(by handler: (@convention(c) (Int32) -> Void)?) {
        for number in signals {
            let before = signal(number, handler)
            // Under nohup, and the like, it stays ignored.
            if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { signal(number, SIG_IGN) }
        }
    }

    /// Only what signal-safety(7) allows. The process ends by the signal, as whoever waits for it expects.
    private static let unlinkAndEnd: @convention(c) (Int32) -> Void = { number in
        if let path = DoomedFile.path { unlink(path) }
        signal(number, SIG_DFL)
        raise(number)
    }
}
