internal import Hummingbird
internal import NIOCore
internal import SyncEngine

/// Reads a request's body to its end and bounds it, in one place.
///
/// A body that is not wanted, or too long, is read on and thrown away, up to a point: a client that hears
/// nothing before it has sent all would otherwise wait for ever, as nobody reads any more.
enum BoundedBody {
    private static let drainedBytesMax = 64 << 20

    /// - Throws: `SyncRefusal.tooLarge`; a bare HTTP 413 where there is no end to it.
    static func bytes(of request: Request) async throws -> [UInt8] {
        var collected: [UInt8] = []
        let count = try await read(request) { buffer, count in
            if count <= SyncLimits.requestBytesMax { collected.append(contentsOf: buffer.readableBytesView) }
        }
        guard count <= SyncLimits.requestBytesMax else {
            throw SyncRefusal(
                .tooLarge, "the request has \(count) bytes; at most \(SyncLimits.requestBytesMax) are allowed")
        }
        return collected
    }

    /// Keeps nothing of it.
    static func drain(_ request: Request) async throws { _ = try await read(request) { _, _ in } }

    private static func read(_ request: Request, _ body: (ByteBuffer, Int) -> Void) async throws -> Int {
        var count = 0
        for try await buffer in request.body {
            count += buffer.readableBytes
            guard count <= drainedBytesMax else { throw HTTPError(.contentTooLarge) }
            body(buffer, count)
        }
        return count
    }
}

/// Where there is no such path, nobody else reads the body.
struct DrainUnroutedMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: ServerContext,
        next: (Request, ServerContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where [.notFound, .methodNotAllowed].contains(error.status) {
            try await BoundedBody.drain(request)
            throw error
        }
    }
}
