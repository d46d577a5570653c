/// A provider's answer that is an error.
struct UpstreamRefusal {
    var status: Int
    var body: [UInt8]
    /// In milliseconds.
    var retryAfter: Int?

    func error(_ provider: Provider) -> CompletionError {
        var error = CompletionError(code, message(provider), status: status)
        error.retryAfterMilliseconds = retryAfter
        // Of a refused key, providers repeat a part.
        if code != .keyRefused, isError { (error.providerBody, error.providerFormat) = (body, provider.format) }
        return error
    }

    private var code: CompletionError.Code {
        switch status {
        case 401, 403: .keyRefused
        case 429: .rateLimited
        case 408, 500...: .providerFailed
        default: .refused
        }
    }

    /// Only what its format's clients can read goes on.
    private var isError: Bool { (try? JSONValue(body))?.object?["error"]?.object != nil }

    private func message(_ provider: Provider) -> String {
        switch code {
        case .keyRefused: "the provider \(provider.name) refuses its key (HTTP status \(status)); set it anew"
        case .rateLimited: "the provider \(provider.name) takes no more requests for now"
        default: "the provider \(provider.name) answers with HTTP status \(status)\(said)"
        }
    }

    private var said: String {
        guard let text = (try? JSONValue(body))?.object?["error"]?.object?["message"]?.text else { return "" }
        return ": \(text.prefix(500))"
    }
}
