/// Says where a request may go.
///
/// What decides is the address that is connected to, not the text of a URL: a name may resolve to anything.
package struct AddressGuard: Sendable {
    /// Written `host:port`, with the host as URLs name it or as the address it resolves to, without brackets. For what
    /// an administrator has set up in the own network, and for tests.
    package var allowed: Set<String>

    package init(allowed: Set<String> = []) { self.allowed = allowed }

    /// Nil where an address is one of the public network; else what it is instead.
    package static func objection(to address: IPAddress) -> String? {
        if let block = AddressBlock.all.first(where: { $0.contains(address) }) { return block.name }
        // Nothing but 2000::/3 has been given out (https://www.iana.org/assignments/ipv6-address-space).
        let isUnassigned = !address.isV4 && address.bytes.first.map { $0 & 0xE0 != 0x20 } ?? true
        return isUnassigned ? "not assigned" : nil
    }

    func allows(_ host: String, port: Int) -> Bool { allowed.contains("\(host):\(port)") }

    /// Looks at the port before anything is resolved.
    func checkPort(_ address: WebAddress) throws(ResearchError) {
        guard ![80, 443].contains(address.port), !allows(address.host, port: address.port) else { return }
        // The exception may name the address that the host resolves to: then that is looked for later.
        guard !allowed.contains(where: { $0.hasSuffix(":\(address.port)") }) else { return }
        throw Self.refusedPort(address)
    }

    private static func refusedPort(_ address: WebAddress) -> ResearchError {
        ResearchError(.refusedAddress, "only the ports 80 and 443 are read, not \(address.port)")
    }

    /// One address that is not public refuses them all: who gives such an answer means no good.
    func check(_ address: WebAddress, _ resolved: [IPAddress]) throws(ResearchError) {
        guard !allows(address.host, port: address.port) else { return }
        for one in resolved where !allows(one.description, port: address.port) {
            if let objection = Self.objection(to: one) {
                let of = one.description == address.host ? "" : ", to which \(address.host) leads,"
                throw ResearchError(.refusedAddress, "the address \(one)\(of) is not public (\(objection))")
            }
            guard [80, 443].contains(address.port) else { throw Self.refusedPort(address) }
        }
    }
}
