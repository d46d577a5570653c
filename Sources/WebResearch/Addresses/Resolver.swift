internal import Glibc
internal import NIOPosix

/// Finds the addresses of a host.
package struct Resolver: Sendable {
    /// In the order in which they are to be tried. Not asked for what is an address already.
    package var addresses: @Sendable (_ host: String) async throws -> [IPAddress]

    package init(_ addresses: @escaping @Sendable (_ host: String) async throws -> [IPAddress]) {
        self.addresses = addresses
    }

    /// The system's.
    package static let system = Resolver { host in
        let answer = SettledOnce<[IPAddress]>()
        pool.submit { state in
            guard case .active = state, !answer.isSettled else { return }
            answer.settle(Result { try lookUp(host) })
        }
        return try await answer.value()
    }

    /// Of its own, as a lookup can't be called off and may hold a thread for half a minute: those that wait for files
    /// are not to wait for it. Who gives up waiting leaves it behind.
    private static let pool: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    private static let countMax = 64

    private static func lookUp(_ host: String) throws(ResearchError) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else {
            throw ResearchError(.unresolvable, "the name \(host) is not known; check the spelling, or the network")
        }
        defer { freeaddrinfo(list) }
        var addresses: [IPAddress] = []
        var next = list
        while let info = next, addresses.count < countMax {
            if let address = IPAddress(info.pointee) { addresses.append(address) }
            next = info.pointee.ai_next
        }
        return addresses
    }
}
