import Foundation
import PromptTemplates
import Testing

/// Python 3, where the machine has it.
private enum Python {
    static let isThere = (try? run("import sys; assert sys.version_info >= (3, 6)", input: "")) != nil

    struct Failure: Error {}

    static func run(_ program: String, input: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let folder = URL.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (given, taken) = (folder.appending(path: "in"), folder.appending(path: "out"))
        try Data(input.utf8).write(to: given)
        try Data().write(to: taken)
        process.standardInput = try FileHandle(forReadingFrom: given)
        process.standardOutput = try FileHandle(forWritingTo: taken)
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        return try Data(contentsOf: taken)
    }
}

@Suite(.enabled(if: Python.isThere, "there is no python3 to compare with"))
struct PythonTests {
    private static let pieces = [
        "{a}", "{b c}", "{名}", "{{", "}}", "{", "}", "a", " ", "\n", "\r\n", "é", "😀", "{a}{a}", "$", "{}", "{0}",
        "{a:>3}",
        "{a!r}", "{a.x}", "{a[0]}", "@", ":",
    ]

    private static let program = """
        import json, sys
        def render(text):
            try:
                return text.format(**{"a": "1", "b c": "2", "名": "3"})
            except Exception:
                return None
        sys.stdin.reconfigure(encoding="utf-8", newline="")
        json.dump([render(text) for text in json.load(sys.stdin)], sys.stdout)
        """

    /// What is rendered here Python renders alike; what is refused here Python refuses too, but for what is not allowed.
    @Test func sameAsStringFormat() throws {
        var generator = SeededGenerator(state: 11)
        let texts = (0..<800).map { _ in generator.text(of: Self.pieces, upTo: 6) }
        let input = String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
        let theirs = try JSONDecoder().decode([String?].self, from: try Python.run(Self.program, input: input))
        try #require(theirs.count == texts.count)
        var compared = 0
        for (text, their) in zip(texts, theirs) {
            let values: [String: TemplateValue] = ["a": "1", "b c": "2", "名": "3"]
            do {
                let ours = try render(text, .fstring, values, strict: false)
                #expect(their.map(bytes) == bytes(ours), "\(text.debugDescription)")
                compared += 1
            } catch {
                if case .unsupported = error { continue }
                #expect(their == nil, "\(text.debugDescription): \(error)")
            }
        }
        #expect(compared > 200)
    }
}
