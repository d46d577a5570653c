internal import Crypto
internal import DirectoryStore
internal import HTTPTypes
internal import ReplicaStore

/// Who may see how the server is doing: this machine, and whoever has the token for it.
struct OperatorAccess: Sendable {
    let token: String?

    func isGranted(_ call: Call) -> Bool {
        if let token, let given = Authenticator.bearerToken(call.headers) { return SecretToken(token).matches(given) }
        return Self.isThisMachine(call)
    }

    /// What a proxy on this machine passes on comes from elsewhere.
    private static func isThisMachine(_ call: Call) -> Bool {
        let isPassedOn = ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"].contains { name in
            HTTPField.Name(name).map { call.headers[$0] != nil } ?? false
        }
        return !isPassedOn && Loopback.isLoopback(call.origin.address)
    }
}

/// A token that somebody has to send.
struct SecretToken: Sendable {
    private let hash: SHA256.Digest

    init(_ text: String) { hash = SHA256.hash(data: Array(text.utf8)) }

    /// Takes as long whether or not the first characters are right.
    func matches(_ given: String) -> Bool { SHA256.hash(data: Array(given.utf8)) == hash }
}
