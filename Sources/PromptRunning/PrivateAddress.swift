internal import ReplicaStore

/// Whether a URL leads to this machine or its own network, as far as its text says.
///
/// A name that resolves to such an address is not seen here.
package enum PrivateAddress {
    package static func isPrivate(url: String) -> Bool { ProviderAddress.host(url).map(isPrivate(host:)) ?? true }

    /// Whether a URL leads to this machine itself.
    package static func isLoopback(url: String) -> Bool {
        guard let host = ProviderAddress.host(url) else { return false }
        return Loopback.isLoopback(host) || host.hasSuffix(".localhost")
    }

    private static func isPrivate(host: String) -> Bool {
        if host.isEmpty || host == "localhost" || host.hasSuffix(".localhost") || host.hasSuffix(".local")
            || host.hasSuffix(".internal")
        {
            return true
        }
        if host.contains(":") { return isPrivate(v6: host) }
        guard let parts = v4(host) else { return !host.contains(".") }
        switch (parts[0], parts[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (192, 168), (224..., _): return true
        case (100, 64...127), (172, 16...31): return true
        default: return false
        }
    }

    /// A name of digits and dots is an address, whatever readers make of short or octal ones: then it is private.
    private static func v4(_ host: String) -> [Int]? {
        guard host.utf8.allSatisfy({ $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }) else {
            return host.hasPrefix("0x") ? [0, 0, 0, 0] : nil
        }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { part in
            part.count > 1 && part.hasPrefix("0") ? nil : Int(part)
        }
        let bytes = parts.compactMap { $0 }.filter { (0...255).contains($0) }
        return bytes.count == 4 && parts.count == 4 ? bytes : [0, 0, 0, 0]
    }

    private static func isPrivate(v6 host: String) -> Bool {
        // Loopback and unspecified, mapped and translated addresses, unique local and link-local ones.
        host.hasPrefix("::") || host.hasPrefix("64:ff9b:")
            || ["fc", "fd", "fe8", "fe9", "fea", "feb", "ff"]
                .contains { host.hasPrefix($0) }
    }
}
