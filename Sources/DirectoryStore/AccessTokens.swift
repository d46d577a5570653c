internal import Changesets
internal import FoundationEssentials

/// What a JSON Web Token of ours says (RFC 7519). Roles in it are for clients to show: what counts is what
/// the directory says when it is used.
package struct TokenClaims: Codable, Sendable {
    package var sub: String
    /// Unix seconds.
    package var exp: Int64
    package var iat: Int64
    /// Names the token, and up to the dot its session.
    package var jti: String
    package var type: String
    package var workspace: String?
    package var role: String?
    package var email: String

    var session: RowID? { jti.split(separator: ".").first.flatMap { RowID(hex: String($0)) } }
}

/// Signs and reads tokens by HMAC-SHA256.
///
/// By hand, as it is one algorithm, without a choice that a token could make: a header other than ours is no
/// token of ours. A library for all of them would bring RSA and X.509 into every start of the command.
struct AccessTokens: Sendable {
    let secrets: ServerSecrets

    private static let purpose = "token"
    private static let header = base64URL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))
    private static let lengthMax = 4096

    func sign(_ claims: TokenClaims) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        let message = Self.header + "." + base64URL(Array(try encoder.encode(claims)))
        return message + "." + base64URL(secrets.signature(Self.purpose, of: Array(message.utf8)))
    }

    /// - Returns: nil for what we have not signed, another type, or what is over.
    func claims(of token: String, type: String, at milliseconds: Int64) -> TokenClaims? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard token.utf8.count <= Self.lengthMax, parts.count == 3, parts[0] == Self.header,
            let signature = base64URLDecoded(parts[2]), let payload = base64URLDecoded(parts[1]),
            secrets.isCode(signature, Self.purpose, of: Array("\(parts[0]).\(parts[1])".utf8)),
            let claims = try? JSONDecoder().decode(TokenClaims.self, from: Data(payload)),
            claims.type == type, claims.exp > milliseconds / 1000
        else { return nil }
        return claims
    }
}

private func base64URL(_ bytes: [UInt8]) -> String {
    String(
        Data(bytes).base64EncodedString().compactMap { (character: Character) -> Character? in
            switch character {
            case "+": "-"
            case "/": "_"
            case "=": nil
            default: character
            }
        })
}

private func base64URLDecoded(_ text: Substring) -> [UInt8]? {
    // One text a value: what holds the other alphabet's signs, or padding, is none.
    guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
    let standard = text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
    let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
    return Data(base64Encoded: String(standard) + padding).map { Array($0) }
}
