internal import Crypto

/// A value of 16 bytes that names a replica for ever. Ordered by its bytes.
package struct ReplicaID: Hashable, Comparable, Sendable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless there are exactly 16 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard let id = RowID(bytes), id.length == 16 else { return nil }
        self.init(high: id.words.0, low: id.words.1)
    }

    package static func random(_ source: RandomSource = .system) -> ReplicaID {
        ReplicaID(high: source.next(), low: source.next())
    }

    package static func < (a: ReplicaID, b: ReplicaID) -> Bool {
        a.high != b.high ? a.high < b.high : a.low < b.low
    }

    package var rowID: RowID { RowID(words: (high, low, 0, 0), length: 16) }
    package var bytes: [UInt8] { rowID.bytes }
}

/// The id of a row: 16 bytes, or 32 for a content address. Kept inline, as there are many.
package struct RowID: Hashable, Comparable, Sendable, CustomStringConvertible {
    let words: (UInt64, UInt64, UInt64, UInt64)
    package let length: Int

    init(words: (UInt64, UInt64, UInt64, UInt64), length: Int) {
        self.words = words
        self.length = length
    }

    /// Nil unless there are exactly 16 or 32 bytes.
    package init?(_ bytes: some Collection<UInt8>) {
        guard
            let id = bytes.withContiguousStorageIfAvailable({ RowID(UnsafeRawBufferPointer($0)) })
                ?? Array(bytes).withUnsafeBytes({ RowID($0) })
        else { return nil }
        self = id
    }

    package init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 16 || bytes.count == 32 else { return nil }
        let isLong = bytes.count == 32
        let word = { (place: Int) in UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
        }
        self.init(words: (word(0), word(1), isLong ? word(2) : 0, isLong ? word(3) : 0), length: bytes.count)
    }

    /// Nil unless `hex` is 32 or 64 hexadecimal digits; dashes, as in a UUID's text, are skipped.
    package init?(hex: String) {
        let digits = hex.utf8.filter { $0 != UInt8(ascii: "-") }.map(hexDigit)
        guard digits.count.isMultiple(of: 2), !digits.contains(nil) else { return nil }
        let nibbles = digits.compactMap { $0 }
        self.init(stride(from: 0, to: nibbles.count, by: 2).map { nibbles[$0] << 4 | nibbles[$0 + 1] })
    }

    package var bytes: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            let big = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
            withUnsafeBytes(of: big) {
                UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: $0.prefix(length)))
            }
            count = length
        }
    }

    /// Lower-case hexadecimal digits, without dashes.
    package var hex: String { hexadecimal(bytes) }

    package var description: String { hex }

    package static func == (a: RowID, b: RowID) -> Bool {
        a.words == b.words && a.length == b.length
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        hasher.combine(words.1)
        if length == 32 {
            hasher.combine(words.2)
            hasher.combine(words.3)
        }
    }

    package static func < (a: RowID, b: RowID) -> Bool {
        a.words != b.words ? a.words < b.words : a.length < b.length
    }
}

extension RowID {
    /// A fresh UUIDv7 (RFC 9562 §5.7): 48 bits of Unix milliseconds, the rest random.
    package static func uuid7(at milliseconds: Int64, _ source: RandomSource = .system) -> RowID {
        let time = UInt64(bitPattern: milliseconds) << 16
        let high = time | 0x7000 | source.next() & 0xFFF
        let low = source.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return RowID(words: (high, low, 0, 0), length: 16)
    }

    /// The id of a row with a natural key: two nodes that add the same thing add one row.
    ///
    /// The first 16 bytes of the SHA-256 of the table's name and the key's parts, each preceded by
    /// its length, with the version and variant bits of a UUIDv8 (RFC 9562 §5.8).
    package static func derived(table: String, key: [[UInt8]]) -> RowID {
        var hasher = SHA256()
        for part in [Array(table.utf8)] + key {
            hasher.update(data: bigEndianBytes(UInt64(part.count)))
            hasher.update(data: part)
        }
        return RowID.truncated(hasher.finalize())
    }

    /// The id of a journal entry: every replica that meets one loss makes one row of it. Names are
    /// bytes, as those of a peer may not be UTF-8.
    package static func journal(table: Bytes, row: RowID, column: Bytes, dot: Dot, value: Value) -> RowID {
        let parts = [Array(table), row.bytes, Array(column), dot.replica.bytes, Array(String(dot.seq).utf8)]
        return derived(table: "conflicts", key: parts + [value.canonicalBytes])
    }

    static func truncated(_ digest: SHA256Digest) -> RowID {
        let full = RowID(digest: digest).words
        let high = full.0 & 0xFFFF_FFFF_FFFF_0FFF | 0x8000
        let low = full.1 & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        return RowID(words: (high, low, 0, 0), length: 16)
    }

    init(digest: SHA256Digest) {
        var words: [UInt64] = [0, 0, 0, 0]
        for (offset, byte) in digest.enumerated() where offset < 32 {
            words[offset / 8] = words[offset / 8] << 8 | UInt64(byte)
        }
        self.init(words: (words[0], words[1], words[2], words[3]), length: 32)
    }
}

package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(2 * bytes.underestimatedCount)
    for byte in bytes {
        text.append(hexDigits[Int(byte >> 4)])
        text.append(hexDigits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
}

private let hexDigits = Array("0123456789abcdef".utf8)

/// Nil for what is no bytes in hexadecimal digits.
package func bytes(ofHexadecimal text: String) -> [UInt8]? {
    let digits = text.utf8.compactMap(hexDigit)
    guard digits.count == text.utf8.count, digits.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

private func hexDigit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
}

func bigEndianBytes(_ word: UInt64) -> [UInt8] {
    withUnsafeBytes(of: word.bigEndian) { Array($0) }
}
