internal import NIOCore
internal import Synchronization

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

    /// Runs something, and cancels its task when the client of a channel goes.
    static func watching<T>(
        _ channel: any Channel, _ body: () async throws -> sending T
    ) async throws -> sending T {
        let current = CurrentTask()
        tell(channel) { current.cancel() }
        defer {
            tell(channel, nil)
            current.leave()
        }
        return try await body()
    }

    private static func tell(_ channel: any Channel, _ whenGone: (@Sendable () -> Void)?) {
        channel.eventLoop.execute {
            let handler = try? channel.pipeline.syncOperations.handler(type: ClientPresence.self)
            handler?.watch(whenGone)
        }
    }
}

/// Lets others cancel the task that made it, until that one leaves. A task of its own for what is to be cancelled
/// would cost each request one more.
private final class CurrentTask: Sendable {
    /// Of such a task, what a `Task` can do as well may be done from anywhere while it runs. It does run while this is
    /// not nil: it takes the lock to make it so.
    private struct Held: @unchecked Sendable { var task: UnsafeCurrentTask }

    private let held: Mutex<Held?>

    init() { held = Mutex(withUnsafeCurrentTask { $0.map { Held(task: $0) } }) }

    func cancel() { held.withLock { $0?.task.cancel() } }

    func leave() { held.withLock { $0 = nil } }
}
