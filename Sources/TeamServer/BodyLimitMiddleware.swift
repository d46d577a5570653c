internal import Hummingbird
internal import NIOCore
internal import SyncEngine

/// Reads each request's body whole and bounds it, in one place.
///
/// A body that is too long is read on and thrown away, up to a point: a client that hears nothing
/// before it has sent all would otherwise wait for ever, as nobody reads any more.
struct BodyLimitMiddleware: RouterMiddleware {
    private static let drainedBytesMax = 64 << 20

    func handle(
        _ request: Request, context: BasicRequestContext,
        next: (Request, BasicRequestContext) async throws -> Response
    ) async throws -> Response {
        var collected = ByteBuffer()
        var count = 0
        for try await buffer in request.body {
            count += buffer.readableBytes
            guard count <= Self.drainedBytesMax else { throw HTTPError(.contentTooLarge) }
            if count <= SyncLimits.requestBytesMax { collected.writeImmutableBuffer(buffer) }
        }
        guard count <= SyncLimits.requestBytesMax else {
            let reason = "the request has \(count) bytes; at most \(SyncLimits.requestBytesMax) are allowed"
            return SyncController.failure(SyncRefusal(.tooLarge, reason))
        }
        var request = request
        request.body = RequestBody(buffer: collected)
        return try await next(request, context)
    }
}
