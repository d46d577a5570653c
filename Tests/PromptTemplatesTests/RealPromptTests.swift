import FoundationEssentials
import PromptTemplates
import Testing

/// A public collection of 1,529 prompts that lies beside the checkout where there is one, and not in it.
private enum Collection {
    static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../shared/data/prompts.csv").standardized.path
    static var isThere: Bool { FileManager.default.fileExists(atPath: path) }

    /// The second field of every record: all of them are quoted.
    static func prompts() throws -> [String] {
        var records: [[[UInt8]]] = [[]]
        var field: [UInt8] = []
        var (isQuoted, wasQuote) = (false, false)
        for byte in try Data(contentsOf: URL(filePath: path)) {
            let isQuote = byte == UInt8(ascii: "\"")
            if isQuote {
                if wasQuote, !isQuoted { field.append(byte) }
                isQuoted.toggle()
            } else if !isQuoted, byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") {
                records[records.count - 1].append(field)
                field = []
                if byte == UInt8(ascii: "\n") { records.append([]) }
            } else {
                field.append(byte)
            }
            wasQuote = isQuote
        }
        return records.dropFirst().compactMap { $0.count > 1 ? String(decoding: $0[1], as: UTF8.self) : nil }
    }
}

@Suite(.enabled(if: Collection.isThere, "no folder `shared` beside the checkout holds data/prompts.csv"))
struct RealPromptTests {
    @Test func everyPromptIsReadAsItsGuess() throws {
        let prompts = try Collection.prompts()
        try #require(prompts.count == 1_529)
        var counts: [TemplateFormat: Int] = [:]
        for prompt in prompts {
            let format = TemplateFormat.guess(prompt)
            counts[format, default: 0] += 1
            let template = try Template(prompt, format: format)
            #expect(template.variables.isEmpty == (format == .none))
        }
        // 447 have a `${`; of four it is not a placeholder, and one has `{n}` as well.
        #expect(counts == [.dollar: 442, .fstring: 7, .mustache: 3, .none: 1_077])
    }

    /// Every placeholder with a value that is its own place: what is left must be the text again.
    @Test func filledWithTheirOwnPlaceholdersTheyAreThemselves() throws {
        for prompt in try Collection.prompts() where TemplateFormat.guess(prompt) == .fstring {
            let template = try Template(prompt, format: .fstring)
            let values = template.variables.map { ($0.name, TemplateValue.text("{\($0.name)}")) }
            let rendered = try template.rendered(Dictionary(values) { first, _ in first })
            #expect(bytes(rendered) == bytes(prompt.replacing("{{", with: "{").replacing("}}", with: "}")))
        }
    }

    @Test func asTheyStand() throws {
        for prompt in try Collection.prompts() { #expect(bytes(try render(prompt, .none)) == bytes(prompt)) }
    }
}
