/// International bank account numbers: ISO 13616, with the lengths of the IBAN registry (SWIFT, release 99) and the
/// check digits of ISO/IEC 7064, mod 97-10.
enum BankAccounts {
    private static let pattern = Detector.builtIn(
        #"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}+"#)

    static let detectors = [
        Detector(pattern) { sighting in
            guard let end = end(sighting.bytes, sighting.match) else { return nil }
            return Detector.Hit(kind: "iban", range: sighting.match.lowerBound..<end, confidence: 0.98)
        }
    ]

    /// Where the account number ends: as many letters and digits as its country has, and none more at once.
    private static func end(_ bytes: [UInt8], _ match: Range<Int>) -> Int? {
        let places = match.filter { ASCII.isAlphanumeric(bytes[$0]) }
        let country = String(decoding: places.prefix(2).map { bytes[$0] & 0xDF }, as: UTF8.self)
        guard let length = lengths[country], places.count >= length else { return nil }
        let end = places[length - 1] + 1
        if end < match.upperBound, ASCII.isAlphanumeric(bytes[end]) { return nil }
        return isValid(places.prefix(length).map { bytes[$0] }) ? end : nil
    }

    /// The number that it makes, its first four characters moved to the end and letters counted from 10, leaves 1 when
    /// it is divided by 97.
    static func isValid(_ characters: [UInt8]) -> Bool {
        let remainder = (characters.dropFirst(4) + characters.prefix(4)).reduce(0) { remainder, byte in
            ASCII.isDigit(byte)
                ? (remainder * 10 + Int(byte & 0x0F)) % 97 : (remainder * 100 + Int(byte & 0x1F) + 9) % 97
        }
        return remainder == 1
    }

    private static let lengths: [String: Int] = {
        let table = """
            AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 \
            EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 \
            KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 \
            PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 \
            UA29 VA22 VG24 XK20 YE30
            """
        let entries = table.split(separator: " ").map { (String($0.prefix(2)), Int($0.dropFirst(2)) ?? 0) }
        return Dictionary(entries) { first, _ in first }
    }()
}
