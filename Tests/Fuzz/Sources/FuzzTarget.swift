import Glibc

/// Something of ours that reads bytes from outside. A trap in it, a wrong result, a second gone by or too
/// much memory is a find.
protocol FuzzRunning {
    func run(_ input: [UInt8])
}

enum FuzzTarget: String, CaseIterable {
    /// A page of a changeset, before it is compressed or after.
    case decoder
    /// A changeset file, with the checksum that it has or the right one.
    case file
    /// What a client sends to a server.
    case server
    /// Files of prompts, in all formats.
    case imports
    /// Templates, and values to fill in.
    case templates

    func made() throws -> any FuzzRunning {
        switch self {
        case .decoder: DecoderTarget()
        case .file: FileTarget()
        case .server: try ServerTarget()
        case .imports: ImportTarget()
        case .templates: TemplateTarget()
        }
    }
}

/// libFuzzer calls a C function, on one thread.
enum Running {
    nonisolated(unsafe) static var target: (any FuzzRunning)?

    /// Of the processor's time: by the clock on the wall, a machine that does something else would be a find.
    private static let secondsMax = 1.0

    static func run(_ input: [UInt8]) {
        let start = clock()
        target?.run(input)
        let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
        if seconds > secondsMax { find("it took \(seconds) s") }
    }
}

/// Stops libFuzzer, which keeps the input.
func find(_ what: @autoclosure () -> String) -> Never { fatalError(what()) }
