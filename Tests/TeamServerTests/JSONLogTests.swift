import Foundation
import Testing

@testable import TeamServer

@Suite struct JSONLogTests {
    @Test("A line is one JSON object, whatever is in it")
    func line() throws {
        let fields = [
            "plain": "text", "quotes": #"a "b" \\ c"#, "breaks": "a\nb\r\tc", "controls": "\u{0}\u{1B}[31m\u{7F}",
            "other": "Ωé😀", "empty": "", "a \"key\"": "x",
        ]
        let line = JSONLogHandler.line(fields)
        #expect(line.count { $0 == UInt8(ascii: "\n") } == 1 && line.last == UInt8(ascii: "\n"))
        #expect(line.dropLast().allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        #expect(try JSONDecoder().decode([String: String].self, from: Data(line)) == fields)
    }
}
