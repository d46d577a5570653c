package import Changesets

package struct BadCase: Error {
    package var what: String

    package init(_ what: String) { self.what = what }
}

/// A value as a case writes it: null, an integer, a text, or one of `text`, `blob` and `real` in hexadecimal.
package struct CaseValue: Decodable {
    package let value: Value

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let integer = try? container.decode(Int64.self) {
            value = .integer(integer)
        } else if let text = try? container.decode(String.self) {
            value = .text(text)
        } else {
            value = try Self.value(container.decode([String: String].self))
        }
    }

    private static func value(_ hexadecimal: [String: String]) throws -> Value {
        guard let (kind, digits) = hexadecimal.first, let bytes = unhex(digits) else {
            throw BadCase("a value of \(hexadecimal)")
        }
        switch kind {
        case "text": return .text(bytes[...])
        case "blob": return .blob(bytes[...])
        case "real": return .real(Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) }))
        default: throw BadCase("a value of the kind \(kind)")
        }
    }

    /// What a text or a blob consists of.
    package var bytes: Bytes {
        get throws {
            switch value {
            case .text(let bytes), .blob(let bytes): return bytes
            default: throw BadCase("a value that is neither text nor blob")
            }
        }
    }
}

/// Nil unless the text is pairs of hexadecimal digits.
package func unhex(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
        UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    return bytes.count * 2 == digits.count ? bytes : nil
}

extension String {
    package var rowID: RowID {
        get throws {
            guard let id = RowID(hex: self) else { throw BadCase("the id \(self)") }
            return id
        }
    }
}
