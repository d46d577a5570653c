internal import ReplicaStore
internal import WebResearch

/// Whether a URL leads to this machine or its own network, as far as its text says.
///
/// A name that resolves to such an address is not seen here: who must not reach anything inside needs a network that
/// does not let them, too.
package enum PrivateAddress {
    package static func isPrivate(url: String) -> Bool {
        ProviderAddress.host(url).map { isPrivate(host: withoutDot($0)) } ?? true
    }

    /// Whether a URL leads to this machine itself.
    package static func isLoopback(url: String) -> Bool {
        guard let host = ProviderAddress.host(url).map(withoutDot) else { return false }
        return Loopback.isLoopback(host) || host.hasSuffix(".localhost")
    }

    /// A name that ends in a dot is the same name.
    private static func withoutDot(_ host: String) -> String { host.hasSuffix(".") ? String(host.dropLast()) : host }

    private static func isPrivate(host: String) -> Bool {
        if let address = IPAddress(host) { return AddressGuard.objection(to: address) != nil }
        return host.contains(":") || isPrivate(name: host)
    }

    /// What no name of the public network looks like is taken for private, as are numbers in any other spelling than
    /// the plain one: whoever resolves them may make an address of them.
    private static func isPrivate(name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || "-._".utf8.contains(byte)
        }
        guard isPlain, labels.count > 1, !labels.contains(""), let last = labels.last, let first = last.utf8.first,
            !(0x30...0x39).contains(first)
        else { return true }
        return ["localhost", "local", "internal", "localdomain", "lan", "home", "corp"].contains(String(last))
    }
}
