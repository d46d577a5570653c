import PromptFiles
import Testing

/// Bytes from anywhere must come to a value or an error; a trap would end the test run.
@Suite struct RandomBytesTests {
    private static let alphabet = bytes("[]{}\",:;\\/ \r\n\tactprompt0123-.eEu\0é") + [0xEF, 0xBB, 0xBF, 0xFF, 0xC3]

    private static let valid = [
        "\u{FEFF}act,prompt,for_devs,type,x\r\nN,\"a \"\"b\"\"\r\nc\",TRUE,TEXT,\"1,2\"\r\n\r\nM,é,FALSE,,\n",
        #"[{"name":"n","body":"b\u00e9\ud83d\ude00","tags":["a",""],"x":{"b":[1,2.5e3],"a":null}},{"a":-0}]"#,
        "{\"version\":1,\"prompts\":[{\"act\":\"n\",\n\"text\":\"é\",\"for_devs\":true,\"type\":\"T\"},3]}",
        "{\"name\":\"a\",\"body\":\"1\"}\n{\"title\":\"b\",\"content\":\"2\",\"tags\":\"x;y\"}\r\n[]\n",
    ].map(bytes)

    @Test(arguments: 0..<4)
    func nothingTraps(seed: UInt64) {
        var generator = SeededGenerator(state: seed)
        for round in 0..<25_000 {
            let input = round.isMultiple(of: 2) ? Self.noise(&generator) : Self.mutated(&generator)
            for format in PromptFileFormat.allCases { check(input, as: format) }
            _ = PromptFile.recognise(input)
        }
    }

    private func check(_ input: [UInt8], as format: PromptFileFormat) {
        do throws(PromptFileError) {
            let file = try PromptFile.read(input, as: format)
            let lines = 1...(1 + input.count { $0 == UInt8(ascii: "\n") })
            let isSound =
                file.documents.allSatisfy { lines.contains($0.line) && isWhole($0.document, as: format) }
                && file.rejected.allSatisfy { lines.contains($0.line) && !$0.reason.isEmpty }
            if !isSound { Issue.record("\(format) \(input)") }
        } catch {
            if error.description.isEmpty { Issue.record("\(format) \(input)") }
        }
    }

    /// A list's prompts have names and texts; one by itself may leave its name to its file.
    private func isWhole(_ document: PromptDocument, as format: PromptFileFormat) -> Bool {
        let isMarked = document.origin != nil || document.isTemplate != nil || document.project != nil
        return isMarked || document.name?.isEmpty == false && !document.body.isEmpty
    }

    private static func noise(_ generator: inout SeededGenerator) -> [UInt8] {
        let prefix = Bool.random(using: &generator) ? bytes("act,prompt\n") : []
        return prefix + (0..<Int.random(in: 0...40, using: &generator)).map { _ in byte(&generator) }
    }

    private static func mutated(_ generator: inout SeededGenerator) -> [UInt8] {
        var input = valid.randomElement(using: &generator) ?? []
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let start = Int.random(in: 0...input.count, using: &generator)
            let end = min(input.count, start + Int.random(in: 0...3, using: &generator))
            let new = (0..<Int.random(in: 0...3, using: &generator)).map { _ in byte(&generator) }
            input.replaceSubrange(start..<end, with: new)
        }
        return Int.random(in: 0..<8, using: &generator) == 0 ? Array(input.prefix(input.count / 2)) : input
    }

    private static func byte(_ generator: inout SeededGenerator) -> UInt8 {
        let isStructural = Int.random(in: 0..<8, using: &generator) > 0
        return isStructural
            ? alphabet.randomElement(using: &generator) ?? 0 : UInt8.random(in: .min ... .max, using: &generator)
    }
}
