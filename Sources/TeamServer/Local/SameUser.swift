internal import Glibc
internal import Logging
internal import NIOCore

/// Lets in only who runs as the same user, as the kernel says (`SO_PEERCRED`). The socket's permissions say so
/// already; but a directory may have been opened to others, and a socket be a moment older than its permissions.
final class SameUser: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    /// Linux's `struct ucred`.
    private struct Credentials: Sendable {
        var process: Int32 = 0
        var user: UInt32 = 0
        var group: UInt32 = 0
    }

    private let logger: Logger
    private var isKnown = false

    init(_ logger: Logger) { self.logger = logger }

    func handlerAdded(context: ChannelHandlerContext) {
        guard let options = context.channel as? any SocketOptionProvider else { return }
        let found: EventLoopFuture<Credentials> = options.unsafeGetSocketOption(
            level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED))
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        found.map(\.user).whenComplete { bound.value.settle(try? $0.get()) }
    }

    private func settle(_ user: UInt32?) {
        isKnown = user == geteuid()
        guard !isKnown else { return }
        logger.warning("another user was turned away", metadata: ["uid": "\(user.map { String($0) } ?? "unknown")"])
    }

    func channelActive(context: ChannelHandlerContext) {
        if isKnown { context.fireChannelActive() } else { context.close(promise: nil) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if isKnown { context.fireChannelRead(data) } else { context.close(promise: nil) }
    }
}
