import Foundation
import Testing

@Suite("README.md")
struct ReadmeTests {
    @Test("The first steps work as printed, from top to bottom")
    func firstSteps() throws {
        let script = try Self.shellBlocks().joined(separator: "\n")
        let commands = script.split(separator: "\n").filter { $0.contains(/\boffbook [a-z]/) }
        #expect(commands.count >= 10)

        let scratch = try Scratch()
        let result = try shell(
            script, environment: ["TMPDIR": scratch.path], in: scratch.path)
        #expect(result.status == 0, "\(result.output)\(result.error)")
        let left = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(left.isEmpty, "The first steps leave \(left) behind.")
    }

    /// The text of every fenced block that is marked as `sh`.
    private static func shellBlocks() throws -> [String] {
        let readme = try String(contentsOf: repository.appending(path: "README.md"), encoding: .utf8)
        return readme.matches(of: /(?ms)^```sh\n(.*?)^```$/).map { String($0.1) }
    }
}

/// Where Package.swift is.
let repository = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
