/// Writes the few primitive forms of the packed clock and the file frame.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    package mutating func append(_ more: some Sequence<UInt8>) { bytes.append(contentsOf: more) }

    /// Unsigned LEB128, as protobuf has it.
    package mutating func varint(_ number: UInt64) {
        var rest = number
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    package mutating func bigEndian(_ word: UInt64) { bytes.append(contentsOf: bigEndianBytes(word)) }

    package mutating func bigEndian32(_ word: UInt32) {
        withUnsafeBytes(of: word.bigEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Reads what `ByteWriter` writes, from bytes that anybody may have made: every step is checked.
package struct ByteReader {
    private var rest: Bytes

    package init(_ bytes: Bytes) { rest = bytes }

    package var isAtEnd: Bool { rest.isEmpty }

    package mutating func byte() throws(ChangesetError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .truncated }
        return byte
    }

    package mutating func bytes(_ count: Int) throws(ChangesetError) -> Bytes {
        guard count >= 0, count <= rest.count else { throw .truncated }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    package mutating func varint() throws(ChangesetError) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let next = try byte()
            guard shift < 63 || next <= 1 else { throw .malformed("a number of more than 64 bits") }
            number |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return number }
        }
        throw .malformed("a number that does not end")
    }

    /// A varint that counts something of which there can't be more than `most`.
    package mutating func count(atMost most: Int) throws(ChangesetError) -> Int {
        guard let count = Int(exactly: try varint()), count <= most else {
            throw .malformed("a count above \(most)")
        }
        return count
    }

    package mutating func bigEndian() throws(ChangesetError) -> UInt64 {
        try bytes(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package mutating func bigEndian32() throws(ChangesetError) -> UInt32 {
        try bytes(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
