internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// A provider's answer that has come to its end.
struct UpstreamReply: Sendable {
    var status: Int
    var headers: HTTPHeaders
    var bytes: [UInt8]
}

extension HTTPClient {
    /// Asks on the event loop that it is called on, where it is called on one.
    ///
    /// The client's own asynchronous call makes a task for each request on the threads that all tasks share, and to
    /// wake one of those takes longer than all the rest of a short call.
    ///
    /// - Parameter bytesMax: of the answer's body.
    /// - Returns: where an answer that is an error breaks off, its status and headers without its body.
    /// - Throws: `TooLarge` for a body that is larger, and what the client throws; `hasBegun` says whether the answer
    ///   had begun by then.
    func reply(
        _ call: UpstreamCall, _ secret: Secret?, bytesMax: Int, deadline: NIODeadline, hasBegun: inout Bool
    ) async throws -> UpstreamReply {
        let asked = call.request(secret)
        let request = try HTTPClient.Request(
            url: asked.url, method: asked.method, headers: asked.headers, body: call.body.map { .bytes($0) })
        let gathering = Gathering(bytesMax)
        let loop = eventLoopGroup.any()
        let task = execute(
            request: request, delegate: gathering, eventLoop: .delegateAndChannel(on: loop), deadline: deadline)
        defer { hasBegun = gathering.hasBegun }
        do {
            return try await withTaskCancellationHandler {
                try await task.futureResult.get()
            } onCancel: {
                task.cancel()
            }
        } catch {
            guard !_Concurrency.Task.isCancelled, let refusal = gathering.refusal else { throw error }
            return refusal
        }
    }
}

private final class Gathering: HTTPClientResponseDelegate {
    private struct State {
        var head: HTTPResponseHead?
        var bytes: [UInt8] = []
    }

    private let bytesMax: Int
    private let state = Mutex(State())

    init(_ bytesMax: Int) { self.bytesMax = bytesMax }

    var hasBegun: Bool { state.withLock { $0.head != nil } }

    /// Where the head says that there is no answer: that holds, whatever becomes of the body.
    var refusal: UpstreamReply? {
        guard let head = state.withLock({ $0.head }), head.status.code >= 400 else { return nil }
        return UpstreamReply(status: Int(head.status.code), headers: head.headers, bytes: [])
    }

    func didReceiveHead(task: HTTPClient.Task<UpstreamReply>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        state.withLock { $0.head = head }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<UpstreamReply>, _ part: ByteBuffer) -> EventLoopFuture<Void> {
        let fits = state.withLock { state in
            guard state.bytes.count + part.readableBytes <= bytesMax else { return false }
            state.bytes += part.readableBytesView
            return true
        }
        return fits ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(TooLarge())
    }

    func didFinishRequest(task: HTTPClient.Task<UpstreamReply>) throws -> UpstreamReply {
        try state.withLock { state in
            guard let head = state.head else { throw HTTPClientError.remoteConnectionClosed }
            return UpstreamReply(status: Int(head.status.code), headers: head.headers, bytes: state.bytes)
        }
    }
}

/// An answer has more bytes than are accepted.
struct TooLarge: Error {}
