internal import Crypto
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Who may see how the server is doing: this machine, and whoever has the token for it.
struct OperatorAccess: Sendable {
    let token: String?

    func isGranted(_ request: Request, _ context: ServerContext) -> Bool {
        if let token, let given = Authenticator.bearerToken(request) { return Self.isEqual(given, token) }
        return Self.isThisMachine(request, context)
    }

    /// What a proxy on this machine passes on comes from elsewhere.
    private static func isThisMachine(_ request: Request, _ context: ServerContext) -> Bool {
        let isPassedOn = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"].contains { name in
            HTTPField.Name(name).map { request.headers[$0] != nil } ?? false
        }
        guard !isPassedOn, let address = context.remoteAddress?.ipAddress else { return false }
        return Loopback.isLoopback(address)
    }

    /// Takes as long whether or not the first characters are right.
    private static func isEqual(_ a: String, _ b: String) -> Bool {
        SHA256.hash(data: Array(a.utf8)) == SHA256.hash(data: Array(b.utf8))
    }
}

package enum Loopback {
    /// Whether only this machine reaches what listens there.
    package static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
