import FoundationEssentials

enum JSONOutput {
    /// Laid out for a terminal.
    static func print(_ value: some Encodable) throws {
        Console.write(try bytes(value, isLaidOut: Console.isOutputTerminal))
    }

    /// Keys in order, so that the same state gives the same text.
    static func bytes(_ value: some Encodable, isLaidOut: Bool = true) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isLaidOut { encoder.outputFormatting.insert(.prettyPrinted) }
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
