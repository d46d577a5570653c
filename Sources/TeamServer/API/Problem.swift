internal import Completions
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import PromptLibrary
internal import PromptTemplates
internal import ReplicaStore
internal import SyncEngine

/// What a client is told of a failure (RFC 9457).
struct Problem: Codable, Sendable {
    /// Stable: `urn:offbook:problem:` and a name.
    var type: String
    var title: String
    var status: Int
    var detail: String
    /// The field of the request that is wrong.
    var field: String?
    /// What could have been meant.
    var candidates: [String]?
    var requestId: String

    init(_ error: any Error, _ context: ServerContext) {
        let known = Failure(error)
        if known == nil { context.logger.error("request failed", metadata: ["error": "\(error)"]) }
        self.init(known ?? .unknown, context)
    }

    init(_ failure: Failure, _ context: ServerContext) {
        type = "urn:offbook:problem:\(failure.name)"
        title = failure.name.replacing("-", with: " ")
        status = failure.status.code
        detail = failure.message
        field = failure.field
        candidates = failure.candidates
        requestId = context.requestID
    }
}

/// An error as far as it may be told: of any that is not ours, only that it happened.
struct Failure {
    var name: String
    var status: HTTPResponse.Status
    var message: String
    var field: String?
    var candidates: [String]?

    init(_ name: String, _ status: HTTPResponse.Status, _ message: String, field: String? = nil) {
        self.name = name
        self.status = status
        self.message = message
        self.field = field
    }

    static let unknown = Failure(
        "busy", .serviceUnavailable, "the server could not do it; its log says why; try again later")

    init?(_ error: any Error) {
        switch error {
        case let error as AccountError:
            self.init(error.code.rawValue, error.code.status, error.message, field: error.field)
        case let error as APIError:
            self.init(error.code.rawValue, error.code.status, error.message, field: error.field)
            candidates = error.candidates
        case let error as LibraryError: self.init(error)
        case let error as ReplicaError where error.code == .denied: self.init("denied", .forbidden, error.message)
        case let error as CompletionError:
            self.init(
                error.code.rawValue.replacing("_", with: "-"), .init(code: error.httpStatus), error.message,
                field: error.field)
        case let error as TemplateError: self.init("invalid", .badRequest, "\(error)")
        case let error as ChatTextError: self.init("invalid", .badRequest, "\(error)")
        case let error as DecodingError:
            self.init("invalid", .badRequest, error.inWords, field: error.field)
        case let refusal as SyncRefusal where refusal.code == .tooLarge:
            self.init("too-large", .contentTooLarge, refusal.message)
        case let refusal as SyncRefusal where refusal.code == .foreignWorkspace:
            self.init("conflict", .conflict, refusal.message)
        case let refusal as SyncRefusal where refusal.code == .unavailable:
            self.init("busy", .serviceUnavailable, refusal.message)
        default: return nil
        }
    }

    private init(_ error: LibraryError) {
        switch error.code {
        case .notFound: self.init("not-found", .notFound, error.message)
        case .ambiguous: self.init("ambiguous", .conflict, error.message)
        case .conflict: self.init("conflict", .conflict, error.message)
        case .invalid: self.init("invalid", .badRequest, error.message, field: error.field)
        case .noLibrary, .notConnected: self.init("not-found", .notFound, error.message)
        }
    }
}

extension DecodingError {
    fileprivate var inWords: String {
        switch self {
        case .keyNotFound(let key, _): "the field “\(snakeCase(key.stringValue))” is missing"
        case .typeMismatch, .valueNotFound: "the field “\(field ?? "")” has a value of the wrong kind"
        default: "the request's body is not the JSON expected"
        }
    }

    fileprivate var field: String? {
        switch self {
        case .keyNotFound(let key, _): snakeCase(key.stringValue)
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            context.codingPath.last.map { snakeCase($0.stringValue) }
        default: nil
        }
    }
}

extension APIError.Code {
    var status: HTTPResponse.Status {
        switch self {
        case .invalid, .ambiguous: .badRequest
        case .notFound: .notFound
        case .conflict, .inFlight, .answerNotKept: .conflict
        case .stale: .preconditionFailed
        case .keyReused: .unprocessableContent
        case .tooLarge: .contentTooLarge
        }
    }
}

extension AccountError.Code {
    var status: HTTPResponse.Status {
        switch self {
        case .invalid, .wrongCode, .ambiguous: .badRequest
        case .wrongCredentials, .unauthorized: .unauthorized
        case .denied, .unverified, .passwordChangeRequired, .registrationClosed: .forbidden
        case .notFound: .notFound
        case .emailTaken, .usernameTaken, .conflict: .conflict
        case .tooManyTries, .rateLimited, .creditsExhausted, .limitReached: .tooManyRequests
        case .busy: .serviceUnavailable
        }
    }
}
