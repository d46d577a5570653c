import Changesets
import Crypto
import Foundation

/// A signed changeset file, and what may be wrong with one.
struct SignedFiles {
    /// The first secret key of RFC 8032, section 7.1, and its public key.
    private static let secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    static let publicKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    static var key: SigningKey? { RowID(hex: secret).flatMap { SigningKey(secret: $0.bytes) } }

    let whole: [UInt8]
    /// Up to the end frame, which is what is signed.
    private let content: [UInt8]
    private let signature: [UInt8]

    init(signed whole: [UInt8]) {
        self.whole = whole
        content = Array(whole.dropLast(96))
        signature = Array(whole.dropLast(32).suffix(64))
    }

    static func sealed(_ content: some Collection<UInt8>) -> [UInt8] {
        content + Array(SHA256.hash(data: Array(content)))
    }

    /// Each with a checksum that fits: whoever tampers with a file can make one.
    func damaged() throws -> [(String, [UInt8])] {
        var badSignature = signature
        badSignature[0] ^= 1
        var otherName = content
        otherName.replace(Array("alice".utf8), with: Array("malic".utf8))
        var otherKey = content
        otherKey.replace(Self.keyBytes, with: Array(repeating: 2, count: 32))
        let cases: [(String, [UInt8])] = [
            ("wrong-signature-one-bit-of-it", content + badSignature),
            ("wrong-signature-of-another-content", otherName + signature),
            ("wrong-signature-of-another-key", otherKey + signature),
            ("wrong-signature-of-zeros", content + Array(repeating: 0, count: 64)),
            ("wrong-signature-that-is-not-reduced", content + signature.prefix(32) + unreduced),
            ("wrong-signature-without-its-context", try content + signatureOfBareChecksum),
            ("malformed-signature-missing", content),
            ("malformed-signature-of-63-bytes", content + signature.dropLast()),
            ("malformed-signature-of-65-bytes", content + signature + [0]),
            ("malformed-signature-without-a-key", withKey([]) + signature),
            ("malformed-public-key-of-31-bytes", withKey(Self.keyBytes.dropLast()) + signature),
        ]
        return cases.map { ($0, Self.sealed($1)) }
    }

    private static var keyBytes: [UInt8] { RowID(hex: publicKey)?.bytes ?? [] }

    /// The number in the signature's second half plus the group's order: the same point, and not allowed.
    private var unreduced: [UInt8] {
        let order: [UInt8] =
            [0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7, 0xA2, 0xDE, 0xF9, 0xDE, 0x14]
            + Array(repeating: 0, count: 15) + [0x10]
        var carry = 0
        return zip(signature.suffix(32), order).map { a, b in
            let sum = Int(a) + Int(b) + carry
            carry = sum >> 8
            return UInt8(sum & 0xFF)
        }
    }

    private var signatureOfBareChecksum: [UInt8] {
        get throws {
            let secret = RowID(hex: Self.secret)?.bytes ?? []
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: secret)
            return [UInt8](try key.signature(for: Array(SHA256.hash(data: content))))
        }
    }

    /// The content with another key in its header, which is its last field.
    private func withKey(_ key: some Collection<UInt8>) -> [UInt8] {
        let length = content[10..<14].reduce(0) { $0 << 8 | Int($1) }
        let header = content[14..<14 + length].dropLast(34)
        let field = key.isEmpty ? [] : [0x52, UInt8(key.count)] + key
        let count = UInt32(header.count + field.count)
        return content.prefix(10) + withUnsafeBytes(of: count.bigEndian) { Array($0) } + header + field
            + content.dropFirst(14 + length)
    }
}
