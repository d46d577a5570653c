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

    /// Equal as bytes: 0.0 is not -0.0, and a NaN is itself. Else two states that differ only so would
    /// pass for equal, and the order in which they meet would decide.
    package static func == (a: Value, b: Value) -> Bool {
        switch (a, b) {
        case (.null, .null): true
        case (.integer(let a), .integer(let b)): a == b
        case (.real(let a), .real(let b)): a.bitPattern == b.bitPattern
        case (.text(let a), .text(let b)), (.blob(let a), .blob(let b)): a == b
        default: false
        }
    }

    package func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .integer(let integer): hasher.combine(integer)
        case .real(let real): hasher.combine(real.bitPattern)
        case .text(let bytes), .blob(let bytes): hasher.combine(bytes)
        }
    }

    package func precedes(_ other: Value) -> Bool {
        canonicalBytes.lexicographicallyPrecedes(other.canonicalBytes)
    }
}
