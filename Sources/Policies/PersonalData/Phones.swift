/// Telephone numbers: international ones (ITU-T E.164), and national ones in the forms in which people write them.
///
/// Most runs of digits are something else, so the form decides about the confidence, and a word such as "call" or
/// "invoice" before it raises or lowers that.
enum Phones {
    private static let pattern = Detector.builtIn(
        #"(?<![A-Za-z0-9_+.,/#$€£%-])(?<!\d[:=])[+(]{0,2}\d(?:[ .()/\x{A0}\x{2011}-]{0,3}\d){5,30}+"#
            + #"(?![A-Za-z0-9_%]|[:.,/-]\d)"#)

    static let detectors = [
        Detector(pattern) { sighting in
            let shape = PhoneShape(sighting.bytes, sighting.match)
            guard var confidence = shape.confidence, !isInAccount(sighting) else { return nil }
            confidence += shape.isInternational ? 0 : PhoneWords.weight(sighting.before(40))
            return Detector.Hit(kind: "phone", range: sighting.match, confidence: min(max(confidence, 0), 0.95))
        }
    ]

    /// `NL91 ABNA 0417 1643 00`: four characters with a letter, all in upper case, and a space come before.
    private static func isInAccount(_ sighting: Detector.Sighting) -> Bool {
        let start = sighting.match.lowerBound
        guard start >= 5, sighting.bytes[start - 1] == UInt8(ascii: " ") else { return false }
        let group = sighting.bytes[start - 5..<start - 1]
        return group.allSatisfy { ASCII.isDigit($0) || ASCII.isUpper($0) } && group.contains(where: ASCII.isUpper)
    }
}

/// Words before a number that say what it is.
enum PhoneWords {
    private static let phone = [
        "phone", "tel", "call", "mobil", "cell", "fax", "handy", "whatsapp", "sms", "text me", "ring", "ruf", "appel",
        "llama", "móvil", "movil", "chiama", "zadzwo", "bel ", "тел", "Тел", "звон", "电话", "手机", "携帯", "電話", "전화",
        "ligue", "numéro", "signal me", "dial",
    ].map { Array($0.utf8) }

    private static let other = [
        "order", "invoice", "isbn", "ean", "serial", "ticket", "version", "port", "tracking", "account", "commit",
        "sku", "rfc", "imei", "rechnung", "bestell", "facture", "commande", "pedido", "timestamp", "id ", "id:", "id=",
        "iban", "doi", "arxiv", "lat=", "lng=", "lat:", "lon:", "pp.", "table",
    ].map { Array($0.utf8) }

    static func weight(_ before: [UInt8]) -> Double {
        if other.contains(where: { begins($0, in: before) }) { return -0.4 }
        return phone.contains { begins($0, in: before) } ? 0.35 : 0
    }

    /// Whether a word of the text begins like this: `port` is in "Port 80", and not in "support".
    private static func begins(_ word: [UInt8], in text: [UInt8]) -> Bool {
        var rest = text[...]
        while let index = rest.firstIndex(of: word[0]) {
            let isInWord = index > text.startIndex && ASCII.isLetter(text[index - 1])
            if !isInWord, rest[index...].starts(with: word) { return true }
            rest = rest[(index + 1)...]
        }
        return false
    }
}
