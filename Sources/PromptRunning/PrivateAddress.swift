internal import Glibc
internal import ReplicaStore

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
        if host.contains(":") { return v6(host).map(isPrivate(v6:)) ?? true }
        if let address = v4(host) { return isPrivate(v4: address) }
        return isPrivate(name: host)
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

    private static func v4(_ host: String) -> [UInt8]? { bytes(AF_INET, host, count: 4) }
    private static func v6(_ host: String) -> [UInt8]? { bytes(AF_INET6, host, count: 16) }

    private static func bytes(_ family: Int32, _ host: String, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return inet_pton(family, host, &bytes) == 1 ? bytes : nil
    }

    private static func isPrivate(v4 address: [UInt8]) -> Bool {
        switch (address[0], address[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168), (224..., _): true
        case (100, 64...127), (172, 16...31), (198, 18...19): true
        case (192, 0): [0, 2].contains(address[2])
        default: false
        }
    }

    /// Public are those of 2000::/3 only, but for what carries addresses of version 4 (Teredo, 6to4).
    private static func isPrivate(v6 address: [UInt8]) -> Bool {
        guard address[0] & 0xE0 == 0x20 else { return true }
        return address.starts(with: [0x20, 0x01, 0, 0]) || address.starts(with: [0x20, 0x02])
    }
}
