internal import Completions
internal import DirectoryStore
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// An error of the gateway, as the SDKs know them.
struct GatewayFailure {
    private let error: CompletionError
    private let status: HTTPResponse.Status

    init(_ error: any Error, _ context: ServerContext) {
        if let error = error as? CompletionError {
            (self.error, status) = (error, .init(code: error.httpStatus))
            return
        }
        let problem = Problem(error, context)
        let code: CompletionError.Code =
            switch problem.status {
            case 401: .unauthorized
            case 403: .forbidden
            case 429 where (error as? AccountError)?.code == .creditsExhausted: .creditsExhausted
            case 404: .unknownModel
            case 429: .denied
            case 500...: .busy
            default: .invalidRequest
            }
        self.error = CompletionError(code, problem.detail, field: problem.field, status: problem.status)
        status = .init(code: problem.status)
    }

    func response(in format: WireFormat, _ more: HTTPFields) -> Response {
        var headers = more
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        if let wait = error.retryAfterMilliseconds { headers[.retryAfter] = String(max(1, (wait + 999) / 1000)) }
        let body = error.body(in: format)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
