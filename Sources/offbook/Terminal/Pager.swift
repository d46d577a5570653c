import ArgumentParser
import Glibc
import Synchronization

/// What every command takes that may print more than a screen.
struct PagerOptions: ParsableArguments {
    @Flag(name: .customLong("no-pager"), help: "Print long output at once, without a pager.")
    var isOff = false

    /// From here on output is held back, to be paged if it is long: see `Pager.finish`.
    func start() { if !isOff { Pager.start() } }
}

/// Shows what is longer than the screen in `$OFFBOOK_PAGER`, `$PAGER` or `less`.
///
/// Output is collected first and no program is started for what fits on the screen, whichever pager it
/// is. What is said on standard error meanwhile comes after the pager, which owns the screen till then.
enum Pager {
    private struct Held {
        var isHolding = false
        var output: [UInt8] = []
        var errors: [UInt8] = []
    }

    private static let held = Mutex(Held())

    static func start() {
        guard Console.isOutputTerminal, Console.variable("TERM") != "dumb", command != nil else { return }
        held.withLock { $0.isHolding = true }
    }

    /// Keeps what is written to one of the standard files for later.
    ///
    /// - Returns: false where output goes out at once.
    static func hold(_ bytes: [UInt8], for file: Int32) -> Bool {
        held.withLock { held in
            guard held.isHolding else { return false }
            if file == STDERR_FILENO { held.errors += bytes } else { held.output += bytes }
            return true
        }
    }

    /// Prints what was held back. To be called before the process ends.
    static func finish() {
        let last = held.withLock { held in
            defer { held = Held() }
            return held
        }
        if !isLong(last.output) || !show(last.output) { Console.write(last.output) }
        Console.writeError(last.errors)
    }

    private static var command: String? {
        for variable in ["OFFBOOK_PAGER", "PAGER"] {
            // Set to nothing means none.
            if let command = Console.variable(variable) { return command.isEmpty || command == "cat" ? nil : command }
        }
        return Program.isInstalled("less") ? "less" : nil
    }

    private static func isLong(_ bytes: [UInt8]) -> Bool {
        let (width, height) = (Console.width, Console.height)
        var rows = 0
        let text = String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes[...], as: UTF8.self)
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            rows += max(1, (TextWidth.columns(TextWidth.withoutStyles(line)) + width - 1) / width)
            if rows >= height { return true }
        }
        return false
    }

    /// - Returns: false where there is no such program, and nothing has been shown.
    private static func show(_ bytes: [UInt8]) -> Bool {
        guard let command else { return false }
        // As git sets it: leave where all fits on the screen, pass colours on, clear nothing.
        setenv("LESS", "FRX", 0)
        if Console.isUTF8 { setenv("LESSCHARSET", "utf-8", 0) }
        guard let pipe = popen(command, "we") else { return false }
        // A pager takes Ctrl-C for its own purposes, and one that is left early has shown enough.
        let interrupts = signal(SIGINT, SIG_IGN)
        let broken = signal(SIGPIPE, SIG_IGN)
        defer {
            signal(SIGINT, interrupts)
            signal(SIGPIPE, broken)
        }
        Console.write(bytes, to: fileno(pipe))
        let status = pclose(pipe)
        // What the shell says where there is no such command, or it can't be run.
        return ![126, 127].contains(status >> 8)
    }
}

enum Program {
    /// Whether a program of that name is on the path.
    static func isInstalled(_ name: String) -> Bool {
        (Console.variable("PATH") ?? "").split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
    }
}
