import Foundation
import Testing

@Suite("make demo")
struct DemoTests {
    @Test("The demo ends well, with three equal libraries, and cleans up")
    func demo() throws {
        let scratch = try Scratch()
        let result = try shell(
            #""$DEMO""#,
            environment: [
                "DEMO": repository.appending(path: "Tests/Demo/demo.sh").path, "OFFBOOK": offbookBinary,
                "TMPDIR": scratch.path,
            ],
            in: scratch.path)
        #expect(result.status == 0, "\(result.output)\(result.error)")
        #expect(result.output.contains("All three are equal."))
        #expect(!result.output.contains("\u{1B}"), "There are no colours where there is no terminal.")
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path).isEmpty)
    }
}
