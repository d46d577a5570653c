/// An encoding that pages come in, by the labels of the WHATWG's Encoding Standard
/// (<https://encoding.spec.whatwg.org/#names-and-labels>). Others, and those that change their state (ISO-2022), are not
/// known: their labels come from strangers, and go to no other library than under a name that is ours.
enum TextEncoding: Hashable, Sendable {
    case utf8
    case utf16(isBigEndian: Bool)
    /// Latin-1, as browsers read it.
    case windows1252
    /// By its name for iconv.
    case other(String)

    init?(label: String) {
        let name = label.lowercased().filter { !$0.isWhitespace && $0 != "_" && $0 != "-" }
        switch name {
        case "utf8", "unicode11utf8", "xunicode20utf8": self = .utf8
        case "utf16", "utf16le", "ucs2", "unicode", "csunicode": self = .utf16(isBigEndian: false)
        case "utf16be", "unicodefffe": self = .utf16(isBigEndian: true)
        case "latin1", "iso88591", "l1", "ascii", "usascii", "windows1252", "cp1252", "ansix3.41968":
            self = .windows1252
        default:
            guard let known = Self.others[name] else { return nil }
            self = .other(known)
        }
    }

    private static let others: [String: String] = {
        var names = [
            "latin2": "ISO-8859-2", "latin5": "CP1254", "iso88599": "CP1254", "koi8r": "KOI8-R", "koi8u": "KOI8-U",
            "gb2312": "GB18030", "gbk": "GB18030", "gb18030": "GB18030", "xgbk": "GB18030", "big5": "BIG5-HKSCS",
            "big5hkscs": "BIG5-HKSCS", "eucjp": "EUC-JP", "xeucjp": "EUC-JP", "shiftjis": "CP932", "sjis": "CP932",
            "xsjis": "CP932", "windows31j": "CP932", "euckr": "CP949", "ksc56011987": "CP949", "windows949": "CP949",
            "windows874": "CP874", "tis620": "CP874", "iso885911": "CP874", "macintosh": "MACINTOSH", "ibm866": "CP866",
            "cp866": "CP866",
        ]
        for part in [2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16] { names["iso8859\(part)"] = "ISO-8859-\(part)" }
        for page in [1250, 1251, 1253, 1254, 1255, 1256, 1257, 1258] {
            names["windows\(page)"] = "CP\(page)"
            names["cp\(page)"] = "CP\(page)"
        }
        return names
    }()

    /// Valid, without a byte order mark or zeroes.
    func utf8(_ bytes: [UInt8]) -> [UInt8] {
        let text =
            switch self {
            case .utf8: String(decoding: bytes, as: UTF8.self)
            case .utf16(let isBigEndian): Self.utf16(bytes, isBigEndian: isBigEndian)
            case .windows1252: Self.windows1252(bytes)
            case .other(let name): String(decoding: IconvReader.utf8(bytes, from: name) ?? bytes, as: UTF8.self)
            }
        return Array((text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text).utf8)
            .map { $0 == 0 ? 0x20 : $0 }
    }

    private static func utf16(_ bytes: [UInt8], isBigEndian: Bool) -> String {
        var units: [UInt16] = []
        units.reserveCapacity(bytes.count / 2)
        var rest = bytes[...]
        while let first = rest.popFirst() {
            guard let second = rest.popFirst() else {
                units.append(0xFFFD)
                break
            }
            let (high, low) = isBigEndian ? (first, second) : (second, first)
            units.append(UInt16(high) << 8 | UInt16(low))
        }
        return String(decoding: units, as: UTF16.self)
    }

    /// Those of 0x80...0x9F; all others are as in Unicode.
    private static let middle: [UInt16] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x9D, 0x017E, 0x0178,
    ]

    private static func windows1252(_ bytes: [UInt8]) -> String {
        let units = bytes.map { (0x80..<0xA0).contains($0) ? middle[Int($0) - 0x80] : UInt16($0) }
        return String(decoding: units, as: UTF16.self)
    }
}
