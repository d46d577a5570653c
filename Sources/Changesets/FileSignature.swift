internal import Crypto
internal import FoundationEssentials

/// The Ed25519 key (RFC 8032) by which a replica signs its changeset files.
package struct SigningKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// A new one.
    package init() { key = Curve25519.Signing.PrivateKey() }

    /// - Parameter secret: 32 bytes; nil unless it is so many.
    package init?(secret: some Sequence<UInt8>) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: Array(secret)) else { return nil }
        self.key = key
    }

    /// 32 bytes, for nobody else's eyes.
    package var secret: [UInt8] { [UInt8](key.rawRepresentation) }

    /// 32 bytes.
    package var publicKey: [UInt8] { [UInt8](key.publicKey.rawRepresentation) }

    /// - Parameter checksum: the SHA-256 of all that is before the signature.
    func signature(over checksum: some Sequence<UInt8>) throws -> [UInt8] {
        [UInt8](try key.signature(for: FileSignature.signed(checksum)))
    }
}

/// A changeset file's signature (`sync-protocol/changeset.md`, section 5).
enum FileSignature {
    static let bytesCount = 64
    static let keyBytesCount = 32

    /// What is signed is a hash, so that nobody has to hold a file; the words before it keep the
    /// signature from meaning something elsewhere.
    fileprivate static func signed(_ checksum: some Sequence<UInt8>) -> [UInt8] {
        Array("offbook changeset\n".utf8) + checksum
    }

    static func isRight(_ signature: Bytes, by publicKey: [UInt8], over checksum: some Sequence<UInt8>) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(Array(signature), for: signed(checksum))
    }
}
