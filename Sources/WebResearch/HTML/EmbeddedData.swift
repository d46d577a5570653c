/// Pictures that pages have within their tags, as `data:image/png;base64,…`: longer than a tag may be, and nothing to
/// read.
enum EmbeddedData {
    private static let mark = Array("base64,".utf8)

    static func removed(from html: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(html.count)
        var isData = false
        for byte in html {
            isData = isData && isDigit(byte)
            guard !isData else { continue }
            result.append(byte)
            isData = byte == UInt8(ascii: ",") && result.suffix(mark.count).elementsEqual(mark)
        }
        return result
    }

    /// Of base 64, or percent-encoded.
    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "%"): true
        default: false
        }
    }
}
