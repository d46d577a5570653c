/// What is wrong with a request as such. The names are stable.
struct APIError: Error {
    enum Code: String, Sendable, CaseIterable {
        case invalid
        case notFound = "not-found"
        case ambiguous
        case conflict
        case stale
        case keyReused = "idempotency-key-reused"
        case inFlight = "idempotency-in-flight"
        case answerNotKept = "idempotency-answer-not-kept"
        case tooLarge = "too-large"
    }

    var code: Code
    var message: String
    var field: String?
    /// Things that could have been meant.
    var candidates: [String]?

    init(_ code: Code, _ message: String, field: String? = nil, candidates: [String]? = nil) {
        self.code = code
        self.message = message
        self.field = field
        self.candidates = candidates
    }
}
