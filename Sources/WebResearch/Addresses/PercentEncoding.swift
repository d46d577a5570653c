/// Percent-encoding (RFC 3986, section 2.1).
enum PercentEncoding {
    private static let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    private static let ofPaths = unreserved.union("!$&'()*+,;=:@/?".utf8)

    /// For a value of a query.
    static func value(_ text: String) -> String { encoded(text.utf8) { _, byte in unreserved.contains(byte) } }

    /// Leaves what is encoded already.
    static func path(_ text: some Collection<UInt8>) -> String {
        let bytes = Array(text)
        return encoded(bytes) { index, byte in
            ofPaths.contains(byte)
                || byte == UInt8(ascii: "%") && bytes.dropFirst(index + 1).prefix(2).count(where: isHex) == 2
        }
    }

    private static func encoded(_ bytes: some Sequence<UInt8>, _ stays: (Int, UInt8) -> Bool) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var result: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            result += stays(index, byte) ? [byte] : [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isHex(_ byte: UInt8) -> Bool { hex(byte) != nil }

    private static func hex(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    /// What is no encoding stays as it is.
    static func decoded(_ text: some StringProtocol) -> String {
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let pair = rest.prefix(2).compactMap(hex)
            guard byte == UInt8(ascii: "%"), pair.count == 2 else {
                result.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
                continue
            }
            result.append(pair[0] << 4 | pair[1])
            rest = rest.dropFirst(2)
        }
        return String(decoding: result, as: UTF8.self)
    }
}
