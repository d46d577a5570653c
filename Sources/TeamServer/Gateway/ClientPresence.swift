internal import NIOCore

/// Knows when a client goes, also while nothing is written to it: what is done for it alone can end then.
final class ClientPresence: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// Called once, on the event loop.
    private var whenGone: (@Sendable () -> Void)?
    private var isGone = false

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { leave() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    private func leave() {
        isGone = true
        whenGone?()
        whenGone = nil
    }

    private func watch(_ whenGone: (@Sendable () -> Void)?) {
        self.whenGone = isGone ? nil : whenGone
        if isGone { whenGone?() }
    }

    /// Runs something that is cancelled when the client of a channel goes.
    static func watching<T: Sendable>(
        _ channel: any Channel, _ body: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        // A task of its own would go to another thread, and each step of it back.
        let task = Task(executorPreference: EventLoopExecutor(channel.eventLoop)) { try await body() }
        tell(channel) { task.cancel() }
        defer { tell(channel, nil) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private static func tell(_ channel: any Channel, _ whenGone: (@Sendable () -> Void)?) {
        channel.eventLoop.execute {
            let handler = try? channel.pipeline.syncOperations.handler(type: ClientPresence.self)
            handler?.watch(whenGone)
        }
    }
}
