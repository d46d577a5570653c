/// Brings a page's bytes into UTF-8. What can't be read becomes U+FFFD, and nothing fails.
enum PageEncoding {
    /// The charset is the server's word; else that of a byte order mark, else that of the page, else UTF-8.
    static func utf8(_ bytes: [UInt8], charset: String?) -> [UInt8] {
        let encoding = charset.flatMap { TextEncoding(label: $0) } ?? mark(bytes) ?? meta(bytes) ?? .utf8
        return encoding.utf8(bytes)
    }

    private static func mark(_ bytes: [UInt8]) -> TextEncoding? {
        switch true {
        case bytes.starts(with: [0xEF, 0xBB, 0xBF]): .utf8
        case bytes.starts(with: [0xFE, 0xFF]): .utf16(isBigEndian: true)
        case bytes.starts(with: [0xFF, 0xFE]): .utf16(isBigEndian: false)
        default: nil
        }
    }

    /// Where browsers look, and some more: pages begin with scripts.
    private static let metaMax = 8192

    /// What says of itself in ASCII that it is UTF-16 is not.
    private static func meta(_ bytes: [UInt8]) -> TextEncoding? {
        let head = String(decoding: bytes.prefix(metaMax), as: UTF8.self)
        let pattern = /<meta[^>]{0,256}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.\-]+)/.ignoresCase()
        guard let label = head.firstMatch(of: pattern)?.output.1, let encoding = TextEncoding(label: String(label))
        else { return nil }
        if case .utf16 = encoding { return .utf8 }
        return encoding
    }
}
