internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1

/// One request to a provider.
struct UpstreamCall: Sendable {
    var provider: Provider
    /// Below the base URL.
    var path: String
    /// Nil to GET.
    var body: [UInt8]?
    /// What a client sent for the provider, such as `anthropic-beta`.
    var headers: [(name: String, value: String)] = []
    var isStreaming = false

    /// In milliseconds: how long the provider may say nothing. Of a whole answer nothing comes until the model has
    /// thought to its end.
    var silenceMax: Int {
        let isWholeAnswer = body != nil && !isStreaming
        return isWholeAnswer ? max(provider.timeouts.read, provider.timeouts.total) : provider.timeouts.read
    }

    func request(_ secret: Secret?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: provider.base + path)
        if let body {
            request.method = .POST
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        request.headers.add(name: "accept", value: isStreaming ? "text/event-stream" : "application/json")
        request.headers.add(name: "user-agent", value: "offbook")
        for header in Self.passed(headers, to: provider.format) + provider.headers {
            request.headers.add(name: header.name, value: header.value)
        }
        authorize(&request, secret)
        return request
    }

    private func authorize(_ request: inout HTTPClientRequest, _ secret: Secret?) {
        switch provider.format {
        case .openai:
            if let secret { request.headers.replaceOrAdd(name: "authorization", value: "Bearer \(secret.reveal())") }
        case .anthropic:
            if let secret { request.headers.replaceOrAdd(name: "x-api-key", value: secret.reveal()) }
            if !request.headers.contains(name: "anthropic-version") {
                request.headers.add(name: "anthropic-version", value: "2023-06-01")
            }
        }
    }

    /// Those that a provider of the format knows.
    static func passed(
        _ headers: [(name: String, value: String)], to format: WireFormat
    ) -> [(name: String, value: String)] {
        headers.isEmpty ? [] : headers.filter { isPassed($0.name.lowercased(), format) }
    }

    private static func isPassed(_ name: String, _ format: WireFormat) -> Bool {
        switch format {
        case .openai: name.hasPrefix("openai-")
        case .anthropic: name == "anthropic-beta" || name == "anthropic-version"
        }
    }
}

/// A provider's answer that is still coming.
struct UpstreamStream: Sendable {
    var body: HTTPClientResponse.Body
    var deadline: NIODeadline
    var attempts: Int
    /// Given back with the end of the answer.
    var place: CallPlace
}
