import FoundationEssentials

enum JSONOutput {
    /// Keys in order, so that the same state prints the same text; laid out for a terminal.
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if Console.isOutputTerminal { encoder.outputFormatting.insert(.prettyPrinted) }
        Console.write(Array(try encoder.encode(value)) + [UInt8(ascii: "\n")])
    }
}
