/// An address of mail, in the plain form that every mail program takes.
struct EmailAddress: Sendable {
    /// As it was given.
    let text: String
    /// By which an account is found: letters' case makes no difference.
    let key: String

    static let lengthMax = 254
    private static let special = Set("!#$%&'*+-/=?^_`{|}~.".utf8)

    /// - Throws: `AccountError.invalid` for anything but ASCII letters, digits and the usual signs round one @.
    init(_ text: String, field: String = "email") throws {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= Self.lengthMax, Self.isLocal(parts[0]), Self.isDomain(parts[1])
        else {
            throw AccountError(.invalid, "“\(text.prefix(60))” is no e-mail address", field: field)
        }
        self.text = text
        key = text.lowercased()
    }

    /// For look-ups: nil finds nothing.
    static func key(_ text: String) -> String? { (try? EmailAddress(text))?.key }

    private static func isLocal(_ part: Substring.UTF8View) -> Bool {
        (1...64).contains(part.count) && part.first != UInt8(ascii: "-")
            && part.allSatisfy { isAlphanumeric($0) || special.contains($0) }
    }

    private static func isDomain(_ part: Substring.UTF8View) -> Bool {
        let labels = part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            !label.isEmpty && label.first != UInt8(ascii: "-")
                && label.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
