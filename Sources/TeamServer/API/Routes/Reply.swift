internal import HTTPTypes
internal import Hummingbird
internal import PromptTemplates

/// What a handler gives: a body, and whatever is not the usual about the answer.
protocol Replying: Sendable {
    associatedtype Body: Codable & Sendable
    var replyBody: Body { get }
    var replyStatus: HTTPResponse.Status? { get }
    var replyHeaders: HTTPFields { get }
    /// The resource of which the answer carries the tag; nil where it is none.
    ///
    /// - Parameter body: the encoded body of the answer.
    func replyTag(_ body: [UInt8]) throws -> String?
}

/// A resource, or a part of one, as the interface shows it.
protocol View: Replying, Codable {
    /// The resource as such, where there is more here that is said of the request; nil where all of it is.
    var entity: Self? { get }
    /// Stands before the hash in its tag.
    var tagPrefix: String? { get }
}

extension View {
    var replyBody: Self { self }
    var replyStatus: HTTPResponse.Status? { nil }
    var replyHeaders: HTTPFields { [:] }
    func replyTag(_ body: [UInt8]) throws -> String? { try EntityTag.of(self, encoded: body) }
    var entity: Self? { nil }
    var tagPrefix: String? { nil }
}

/// A view with a status or headers of its own.
struct Reply<Body: View>: Replying {
    var replyBody: Body
    var replyStatus: HTTPResponse.Status?
    var replyHeaders: HTTPFields = [:]
    func replyTag(_ body: [UInt8]) throws -> String? { try replyBody.replyTag(body) }

    init(_ body: Body, status: HTTPResponse.Status? = nil, headers: HTTPFields = [:]) {
        replyBody = body
        replyStatus = status
        replyHeaders = headers
    }
}

/// An answer about to be written.
struct Answer: Sendable {
    var status: HTTPResponse.Status?
    var headers: HTTPFields
    var body: [UInt8]
    /// In place of the body: one that comes by and by.
    var stream: ResponseBody?

    init(_ reply: some Replying) throws {
        status = reply.replyStatus
        headers = reply.replyHeaders
        body = try API.encoded(reply.replyBody)
        if let tag = try reply.replyTag(body) { headers[.eTag] = "\"\(tag)\"" }
    }
}
