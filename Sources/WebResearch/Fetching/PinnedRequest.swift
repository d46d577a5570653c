internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// One request to one address.
struct PinnedRequest: Sendable {
    let address: WebAddress
    /// Where the connection goes, whatever the host's name resolves to by now. TLS still asks for the name.
    let pin: IPAddress
    let settings: FetchSettings

    enum Answer: Sendable {
        case page(FetchedPage)
        case redirect(String)
    }

    /// A client of its own, as a client's pins hold for all that it does.
    func answer() async throws -> Answer {
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let result: Result<Answer, any Error>
        do {
            result = .success(try await answer(client))
        } catch {
            result = .failure(Task.isCancelled ? CancellationError() : error)
        }
        try? await client.shutdown()
        return try result.mapError { error($0) }.get()
    }

    private var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.dnsOverride = [address.host: pin.description]
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .milliseconds(Int64(settings.connect))
        configuration.connectionPool.retryConnectionEstablishment = false
        // What is small when it comes may be huge when it is unpacked.
        configuration.decompression = .disabled
        return configuration
    }

    private func answer(_ client: HTTPClient) async throws -> Answer {
        var request = HTTPClientRequest(url: address.description)
        request.headers = [
            "user-agent": settings.userAgent, "accept": settings.types.sorted().joined(separator: ", "),
            "accept-encoding": "identity", "accept-language": "en, *;q=0.5",
        ]
        let response = try await client.execute(request, timeout: .milliseconds(Int64(settings.total)))
        if let location = try Self.redirect(response) { return .redirect(location) }
        let type = try readable(response)
        let (bytes, isCut) = try await body(response)
        return .page(FetchedPage(address: address, type: type, bytes: bytes, isCut: isCut))
    }

    private static func redirect(_ response: HTTPClientResponse) throws -> String? {
        guard [301, 302, 303, 307, 308].contains(response.status.code) else { return nil }
        guard let location = response.headers.first(name: "location") else {
            throw ResearchError(.refused, "it redirects nowhere", status: Int(response.status.code))
        }
        return location
    }

    /// Before anything of the body is read.
    private func readable(_ response: HTTPClientResponse) throws -> ContentType {
        let status = response.status.code
        guard (200..<300).contains(status) else {
            throw ResearchError(.refused, "the site answers with the status \(status)", status: Int(status))
        }
        let encodings = response.headers[canonicalForm: "content-encoding"].filter { $0.lowercased() != "identity" }
        guard encodings.isEmpty else {
            throw ResearchError(.refusedType, "it comes compressed, which was not asked for")
        }
        let type = ContentType(response.headers.first(name: "content-type"))
        guard settings.types.contains(type.media) else {
            let given = type.media.isEmpty ? "no type" : "the type \(Quoting.short(type.media))"
            throw ResearchError(.refusedType, "it has \(given), which can't be read as text")
        }
        return type
    }

    private func body(_ response: HTTPClientResponse) async throws -> ([UInt8], isCut: Bool) {
        var bytes: [UInt8] = []
        for try await part in response.body {
            let room = settings.bodyBytesMax - bytes.count
            bytes += part.readableBytesView.prefix(room)
            if part.readableBytes > room { return (bytes, true) }
        }
        return (bytes, false)
    }

    private func error(_ error: any Error) -> any Error {
        switch error {
        case is ResearchError, is CancellationError: error
        case let error as HTTPClientError: self.error(error)
        case is HTTPParserError: ResearchError(.unreachable, "\(address.host) does not speak HTTP")
        default: ResearchError(.unreachable, "\(address.host) can't be reached")
        }
    }

    private func error(_ error: HTTPClientError) -> ResearchError {
        switch error {
        case .connectTimeout: ResearchError(.unreachable, "\(address.host) does not take the connection")
        case .deadlineExceeded, .readTimeout:
            ResearchError(.timedOut, "it took longer than \(PageFetcher.seconds(settings.total))")
        case .remoteConnectionClosed: ResearchError(.unreachable, "\(address.host) closed the connection")
        default: ResearchError(.unreachable, "\(address.host) can't be reached")
        }
    }
}
