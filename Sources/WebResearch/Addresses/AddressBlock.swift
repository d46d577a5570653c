/// A range of addresses that are not public.
///
/// From IANA's registries of special-purpose addresses (RFC 6890, as of 2025:
/// <https://www.iana.org/assignments/iana-ipv4-special-registry> and
/// <https://www.iana.org/assignments/iana-ipv6-special-registry>), of multicast addresses, and what clouds keep for
/// themselves. The few entries of it that are reachable from everywhere, such as 192.0.0.9, serve no pages: a block is
/// refused as a whole.
struct AddressBlock: Sendable {
    let start: [UInt8]
    let bits: Int
    let name: String

    /// Nil for what is no address; a test counts that all are.
    private init?(_ text: String, _ bits: Int, _ name: String) {
        guard let address = IPAddress(text) else { return nil }
        (start, self.bits, self.name) = (address.bytes, bits, name)
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == start.count else { return false }
        var left = bits
        for (one, other) in zip(address.bytes, start) {
            guard left > 0 else { return true }
            let mask: UInt8 = left >= 8 ? 0xFF : ~(0xFF >> UInt8(left))
            guard one & mask == other & mask else { return false }
            left -= 8
        }
        return true
    }

    static let written: [(String, Int, String)] = v4 + v6

    static let all = written.compactMap { AddressBlock($0.0, $0.1, $0.2) }

    private static let v4: [(String, Int, String)] = [
        ("0.0.0.0", 8, "this network"),
        ("10.0.0.0", 8, "private"),
        ("100.64.0.0", 10, "shared by a provider's customers"),
        ("127.0.0.0", 8, "loopback"),
        ("168.63.129.16", 32, "a cloud's own service"),
        ("169.254.0.0", 16, "link-local"),
        ("172.16.0.0", 12, "private"),
        ("192.0.0.0", 24, "for protocols"),
        ("192.0.2.0", 24, "for documentation"),
        ("192.31.196.0", 24, "for AS112"),
        ("192.52.193.0", 24, "for AMT"),
        ("192.88.99.0", 24, "a 6to4 relay"),
        ("192.168.0.0", 16, "private"),
        ("192.175.48.0", 24, "for AS112"),
        ("198.18.0.0", 15, "for benchmarks"),
        ("198.51.100.0", 24, "for documentation"),
        ("203.0.113.0", 24, "for documentation"),
        ("224.0.0.0", 4, "multicast"),
        ("240.0.0.0", 4, "reserved"),
    ]

    /// Those that carry an address of version 4 could carry a private one.
    private static let v6: [(String, Int, String)] = [
        ("::", 128, "unspecified"),
        ("::1", 128, "loopback"),
        ("::ffff:0:0", 96, "a mapped address of version 4"),
        ("::", 96, "a compatible address of version 4"),
        ("64:ff9b::", 96, "translated to version 4"),
        ("64:ff9b:1::", 48, "translated to version 4"),
        ("100::", 64, "discarded"),
        ("100:0:0:1::", 64, "a dummy"),
        ("2001::", 32, "Teredo"),
        ("2001::", 23, "for protocols"),
        ("2001:db8::", 32, "for documentation"),
        ("2002::", 16, "6to4"),
        ("2620:4f:8000::", 48, "for AS112"),
        ("3fff::", 20, "for documentation"),
        ("5f00::", 16, "for segment routing"),
        ("fc00::", 7, "private"),
        ("fe80::", 10, "link-local"),
        ("fec0::", 10, "site-local"),
        ("ff00::", 8, "multicast"),
    ]
}
