internal import Crypto
internal import CryptoExtras
internal import FoundationEssentials

/// How much work a password's hash takes.
package struct PasswordCost: Sendable, Equatable {
    /// The binary logarithm of scrypt's N: 17 takes 128 MiB, as OWASP recommends with r = 8, p = 1.
    package var logarithm: Int
    package var blockSize = 8
    package var parallelism = 1

    package init(logarithm: Int = 17) { self.logarithm = logarithm }
}

/// Hashes passwords by scrypt, into `$scrypt$ln=17,r=8,p=1$salt$hash`.
struct PasswordHasher: Sendable {
    let cost: PasswordCost
    /// Compared with where there is no account, so that it takes as long.
    private let nobody: String

    init(cost: PasswordCost) {
        self.cost = cost
        nobody = Self.text(cost, salt: Data(count: 16), hash: Data(count: 32))
    }

    func hash(_ password: String) throws -> String {
        let salt = SymmetricKey(size: .bits128).withUnsafeBytes { Data($0) }
        return Self.text(cost, salt: salt, hash: try Self.derive(password, salt, cost))
    }

    /// Takes the same time whether or not there is a hash to compare with; then it is never equal.
    func matches(_ password: String, _ hash: String?) throws -> Bool {
        let parts = (hash ?? nobody).split(separator: "$")
        guard parts.count == 4, parts[0] == "scrypt", let cost = Self.cost(parts[1]),
            let salt = Data(base64Encoded: String(parts[2])), let expected = Data(base64Encoded: String(parts[3]))
        else { return false }
        let found = try Self.derive(password, salt, cost)
        return isEqual(found, expected) && hash != nil
    }

    /// Whether a hash was made with another cost than those of today.
    func isDated(_ hash: String) -> Bool { !hash.hasPrefix(Self.text(cost, salt: Data(), hash: Data()).dropLast(2)) }

    private static func derive(_ password: String, _ salt: Data, _ cost: PasswordCost) throws -> Data {
        try KDF.Scrypt.deriveKey(
            from: Data(password.utf8), salt: salt, outputByteCount: 32, rounds: 1 << cost.logarithm,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism
        ).withUnsafeBytes { Data($0) }
    }

    private static func text(_ cost: PasswordCost, salt: Data, hash: Data) -> String {
        "$scrypt$ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)"
            + "$\(salt.base64EncodedString())$\(hash.base64EncodedString())"
    }

    private static func cost(_ text: Substring) -> PasswordCost? {
        let values = text.split(separator: ",").compactMap { $0.split(separator: "=").last.flatMap { Int($0) } }
        guard values.count == 3, (1...24).contains(values[0]) else { return nil }
        var cost = PasswordCost(logarithm: values[0])
        cost.blockSize = values[1]
        cost.parallelism = values[2]
        return cost
    }
}

/// In a time that does not depend on where they differ.
private func isEqual(_ a: Data, _ b: Data) -> Bool {
    a.count == b.count && zip(a, b).reduce(UInt8(0)) { $0 | $1.0 ^ $1.1 } == 0
}
