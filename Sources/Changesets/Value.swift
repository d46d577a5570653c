package typealias Bytes = ArraySlice<UInt8>

/// A value of a column, as SQLite has them. Text is kept as bytes: what is not valid UTF-8 must
/// travel unchanged, and Swift's string equality is not the database's.
package enum Value: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(Bytes)
    case blob(Bytes)

    package static func text(_ string: String) -> Value { .text(Bytes(string.utf8)) }
    package static func blob(_ id: RowID) -> Value { .blob(Bytes(id.bytes)) }

    /// For people: invalid UTF-8 is shown with replacement characters.
    package var text: String? {
        switch self {
        case .null: nil
        case .integer(let integer): String(integer)
        case .real(let real): String(real)
        case .text(let bytes): String(decoding: bytes, as: UTF8.self)
        case .blob(let bytes): hexadecimal(bytes)
        }
    }

    /// The canonical bytes that are hashed and compared: the kind, then big-endian content. The
    /// length is not in it; who joins several puts it before each.
    package var canonicalBytes: [UInt8] {
        switch self {
        case .null: [0]
        case .integer(let integer): [1] + bigEndianBytes(UInt64(bitPattern: integer))
        case .real(let real): [2] + bigEndianBytes(real.bitPattern)
        case .text(let bytes): [3] + bytes
        case .blob(let bytes): [4] + bytes
        }
    }

    /// Equal as bytes: unlike `==`, it tells 0.0 from -0.0, and a NaN is itself.
    package func isIdentical(to other: Value) -> Bool {
        switch (self, other) {
        case (.real(let a), .real(let b)): a.bitPattern == b.bitPattern
        default: self == other
        }
    }

    package func precedes(_ other: Value) -> Bool {
        canonicalBytes.lexicographicallyPrecedes(other.canonicalBytes)
    }
}
