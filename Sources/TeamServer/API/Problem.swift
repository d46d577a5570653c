internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import ReplicaStore
internal import SyncEngine

/// What a client is told of a failure (RFC 9457).
struct Problem: Encodable {
    var type: String
    var title: String
    var status: Int
    var detail: String
    /// The field of the request that is wrong.
    var field: String?
    var requestId: String

    init(_ error: any Error, _ context: ServerContext) {
        let known = Self.known(error)
        if known == nil { context.logger.error("request failed", metadata: ["error": "\(error)"]) }
        let failure = known ?? AccountError(.busy, "the server could not do it; its log says why; try again later")
        type = "urn:offbook:problem:\(failure.code.rawValue)"
        title = failure.code.rawValue.replacing("-", with: " ")
        status = failure.code.status.code
        detail = failure.message
        field = failure.field
        requestId = context.id
    }

    /// What may be told: of any other error only that it happened.
    static func known(_ error: any Error) -> AccountError? {
        switch error {
        case let error as AccountError: error
        case let error as DecodingError: AccountError(.invalid, description(error), field: field(error))
        case let refusal as SyncRefusal where refusal.code == .tooLarge: AccountError(.invalid, refusal.message)
        case let refusal as SyncRefusal where refusal.code == .foreignWorkspace:
            AccountError(.conflict, refusal.message)
        default: nil
        }
    }

    private static func description(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, _): "the field “\(snakeCase(key))” is missing"
        case .typeMismatch, .valueNotFound: "the field “\(field(error) ?? "")” has a value of the wrong kind"
        default: "the request's body is not the JSON expected"
        }
    }

    private static func field(_ error: DecodingError) -> String? {
        switch error {
        case .keyNotFound(let key, _): snakeCase(key)
        case .typeMismatch(_, let context), .valueNotFound(_, let context): context.codingPath.last.map(snakeCase)
        default: nil
        }
    }

    private static func snakeCase(_ key: any CodingKey) -> String {
        key.stringValue.reduce(into: "") { $0 += $1.isUppercase ? "_\($1.lowercased())" : String($1) }
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
        case .tooManyTries, .rateLimited: .tooManyRequests
        case .busy: .serviceUnavailable
        }
    }
}
