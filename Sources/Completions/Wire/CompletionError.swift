/// Why there is no answer. Its text never holds a key.
package struct CompletionError: Error, Equatable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable {
        /// The request is wrong; ``CompletionError/field`` says where.
        case invalidRequest = "invalid_request"
        /// No provider has the model.
        case unknownModel = "model_not_found"
        /// The provider refuses the key, or there is none.
        case keyRefused = "provider_key"
        /// The provider says that the request is wrong; ``CompletionError/providerBody`` has its words.
        case refused = "provider_refused"
        case rateLimited = "rate_limited"
        /// The provider fails: 5xx, or an error inside a stream.
        case providerFailed = "provider_failed"
        case unreachable
        /// The request was sent, and no answer came in time.
        case timedOut = "timed_out"
        /// As many calls as are allowed are under way and wait.
        case busy
        case malformedAnswer = "malformed_answer"
        case answerTooLarge = "answer_too_large"
        case cancelled
        /// The caller's own hooks said no.
        case denied
        /// Nobody known asks.
        case unauthorized = "invalid_api_key"
        /// They may not do that.
        case forbidden = "permission_denied"
        case creditsExhausted = "CREDITS_EXHAUSTED"
        /// What is asked, or what was answered, goes against a policy.
        case policyViolation = "policy_violation"
    }

    package var code: Code
    package var message: String
    /// A path such as `messages[2].content[0].image_url`.
    package var field: String?
    /// The provider's HTTP status.
    package var status: Int?
    /// When to try again, in milliseconds.
    package var retryAfterMilliseconds: Int?
    /// Whether the answer had begun: then nobody tries again, as the provider may have counted it.
    package var hasBegun = false
    /// The provider's own error.
    package var providerBody: [UInt8]?
    /// Of the provider's own error.
    package var providerFormat: WireFormat?

    package init(_ code: Code, _ message: String, field: String? = nil, status: Int? = nil) {
        (self.code, self.message, self.field, self.status) = (code, message, field, status)
    }

    package var description: String { field.map { "\($0): \(message)" } ?? message }

    /// Whether the same call may succeed when it is made again. A provider that was too slow has most likely done the
    /// work, and counts it: to ask again is to pay twice.
    package var isTransient: Bool {
        switch code {
        case .rateLimited, .providerFailed, .unreachable: !hasBegun
        default: false
        }
    }

    /// Whether another provider may do better.
    package var isOfProvider: Bool { isTransient || code == .keyRefused }

    /// The HTTP status to answer with.
    package var httpStatus: Int {
        switch code {
        case .invalidRequest, .policyViolation: 400
        case .refused: status ?? 400
        case .unknownModel: 404
        case .rateLimited, .denied, .creditsExhausted: 429
        case .unauthorized: 401
        case .forbidden: 403
        case .keyRefused, .providerFailed, .unreachable, .malformedAnswer, .answerTooLarge: 502
        case .busy: 503
        case .timedOut: 504
        case .cancelled: 499
        }
    }

    static func invalid(_ field: String, _ message: String) -> CompletionError {
        CompletionError(.invalidRequest, message, field: field)
    }

    static func malformed(_ message: String) -> CompletionError {
        CompletionError(.malformedAnswer, "the provider's answer can't be read: \(message)")
    }
}
