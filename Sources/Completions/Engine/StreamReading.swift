internal import AsyncHTTPClient
internal import NIOCore

/// Reads a provider's stream for one reader. When that one drops it, the connection to the provider is closed.
///
/// A reader that stalls holds no place beyond the deadline.
final class StreamReading {
    private var body: HTTPClientResponse.Body.AsyncIterator
    private let progress: StreamProgress
    private let deadline: NIODeadline
    private let timer: Task<Void, Never>
    private let bytesMax: Int
    private var bytes = 0
    private var isOver = false

    /// - Parameter onExpiry: called where the deadline comes before the end.
    init(_ opened: OpenedStream, _ context: StreamContext, onExpiry: @escaping @Sendable () -> Void = {}) {
        body = opened.stream.body.makeAsyncIterator()
        let (progress, deadline) = (StreamProgress(opened, context), opened.stream.deadline)
        (self.progress, self.deadline, bytesMax) = (progress, deadline, context.bytesMax)
        timer = Task {
            let rest = (deadline - NIODeadline.now()).nanoseconds
            guard (try? await Task.sleep(for: .nanoseconds(max(0, rest)))) != nil else { return }
            await progress.expire()
            onExpiry()
        }
    }

    deinit {
        timer.cancel()
        progress.abandon()
    }

    /// - Throws: `CompletionError`.
    func next() async throws -> ByteBuffer? {
        guard !isOver else { return nil }
        progress.isAwaited = true
        defer { progress.isAwaited = false }
        do {
            return try await more()
        } catch {
            isOver = true
            // Behind the deadline, that is why it was cancelled.
            let cause = NIODeadline.now() < deadline ? error : HTTPClientError.deadlineExceeded
            let error = Upstream.error(cause, progress.provider, hasBegun: true)
            await progress.end(Task.isCancelled ? .cancelled : error.outcome)
            throw error
        }
    }

    private func more() async throws -> ByteBuffer? {
        while NIODeadline.now() < deadline {
            guard let chunk = try await body.next() else { return try await finish() }
            bytes += chunk.readableBytes
            guard bytes <= bytesMax else { throw progress.tooLarge }
            let passed = try progress.take(chunk)
            if passed.readableBytes > 0 { return passed }
        }
        throw HTTPClientError.deadlineExceeded
    }

    private func finish() async throws -> ByteBuffer? {
        if Task.isCancelled { throw CancellationError() }
        let rest = try progress.finish()
        isOver = true
        await progress.keep()
        await progress.end(.succeeded)
        return rest.readableBytes > 0 ? rest : nil
    }
}
