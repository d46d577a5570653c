/// Fetches pages of the public web, whoever named them: nothing that it is told leads it to this machine or its
/// network.
///
/// A URL is taken apart once. Its host is resolved once, every address of the answer is looked at, and the connection
/// is made to one of these addresses, not to the name again: a name that resolves differently a moment later changes
/// nothing. Redirects are followed here, each as if it were a new URL.
package struct PageFetcher: Sendable {
    package var settings: FetchSettings

    package init(_ settings: FetchSettings = FetchSettings()) { self.settings = settings }

    /// - Throws: `ResearchError`.
    package func fetch(_ url: String) async throws(ResearchError) -> FetchedPage {
        let start = try WebAddress(url)
        let seconds = Self.seconds(settings.total)
        let late = ResearchError(.timedOut, "it took longer than \(seconds)")
        do {
            return try await TimeLimit.run(milliseconds: settings.total, or: late) { try await follow(start) }
        } catch {
            throw ResearchError.of(error)
        }
    }

    static func seconds(_ milliseconds: Int) -> String {
        milliseconds.isMultiple(of: 1000) ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }

    private func follow(_ start: WebAddress) async throws -> FetchedPage {
        var address = start
        for _ in 0...max(0, settings.redirectsMax) {
            switch try await hop(address) {
            case .page(let page): return page
            case .redirect(let location): address = try Self.next(address, location)
            }
        }
        throw ResearchError(.tooManyRedirects, "it redirects more than \(settings.redirectsMax) times")
    }

    private static func next(_ address: WebAddress, _ location: String) throws(ResearchError) -> WebAddress {
        do {
            return try address.following(location)
        } catch {
            throw ResearchError(.refusedAddress, "it redirects to what is no page: \(error.message)")
        }
    }

    private func hop(_ address: WebAddress) async throws -> PinnedRequest.Answer {
        try settings.guarding.checkPort(address)
        let resolved = try await resolve(address.host)
        try settings.guarding.check(address, resolved)
        return try await get(address, Self.candidates(resolved))
    }

    private func resolve(_ host: String) async throws -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        let late = ResearchError(
            .timedOut, "to resolve \(host) took longer than \(Self.seconds(settings.resolve))")
        let resolver = settings.resolver
        let resolved = try await TimeLimit.run(milliseconds: settings.resolve, or: late) {
            try await resolver.addresses(host)
        }
        guard !resolved.isEmpty else { throw ResearchError(.unresolvable, "the name \(host) has no address") }
        return resolved
    }

    /// The first, and the first of the other version: this machine may have only one of them.
    private static func candidates(_ resolved: [IPAddress]) -> [IPAddress] {
        guard let first = resolved.first else { return [] }
        return [first] + resolved.filter { $0.isV4 != first.isV4 }.prefix(1)
    }

    private func get(_ address: WebAddress, _ candidates: [IPAddress]) async throws -> PinnedRequest.Answer {
        var last = ResearchError(.unreachable, "\(address.host) can't be reached")
        for candidate in candidates {
            do {
                return try await PinnedRequest(address: address, pin: candidate, settings: settings).answer()
            } catch let error as ResearchError where error.code == .unreachable && !Task.isCancelled {
                last = error
            }
        }
        throw last
    }
}
