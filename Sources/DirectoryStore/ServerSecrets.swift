internal import Crypto
internal import FoundationEssentials
internal import ReplicaStore

/// The server's own key, in a file of its own: a copy of the database alone opens nothing.
struct ServerSecrets: Sendable {
    private let key: SymmetricKey

    /// Reads the key of that path, or makes it. To be called while the directory is locked.
    init(path: String) throws {
        if let data = FileManager.default.contents(atPath: path) {
            guard data.count == 32 else {
                throw ReplicaError(.damaged, "\(path) is no key of 32 bytes; restore it, or remove it and sign in anew")
            }
            key = SymmetricKey(data: data)
            return
        }
        let made = SymmetricKey(size: .bits256)
        try SecretFile.write(made.withUnsafeBytes { Data($0) }, to: path)
        key = made
    }

    /// Keyed, for what is so short that a plain hash of it is soon guessed. `purpose` keeps uses apart.
    func code(_ purpose: String, _ parts: [[UInt8]]) -> [UInt8] {
        var hmac = HMAC<SHA256>(key: subkey(purpose))
        for part in parts {
            hmac.update(data: withUnsafeBytes(of: UInt64(part.count).bigEndian) { Array($0) })
            hmac.update(data: part)
        }
        return Array(hmac.finalize())
    }

    func isCode(_ code: [UInt8], _ purpose: String, of message: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: message, using: subkey(purpose))
    }

    func signature(_ purpose: String, of message: [UInt8]) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: message, using: subkey(purpose)))
    }

    private func subkey(_ purpose: String) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Array("offbook \(purpose)".utf8), outputByteCount: 32)
    }
}

/// A secret of 32 random bytes or, where a length is given, 16; and what is kept of one.
enum RandomSecret {
    /// - Parameter words: of 64 bits each.
    static func text(prefix: String, words: Int = 4) -> String {
        var generator = SystemRandomNumberGenerator()
        return prefix + (0..<words).map { _ in hexadecimalWord(generator.next()) }.joined()
    }

    /// SHA-256 is enough for 16 random bytes and more.
    static func hash(_ text: String) -> Data { Data(SHA256.hash(data: Array(text.utf8))) }

    private static func hexadecimalWord(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
