import NIOCore
import NIOHTTP1
import Synchronization

/// One connection to a fixture. Works a reply off piece by piece, as fast as the client reads.
final class FixtureConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let routes: FixtureSite.Routes
    private let record: FixtureSite.Record
    private var pieces: ArraySlice<FixtureReply.Piece> = []
    private var isAnswering = false
    private var isWaiting = false

    private static let fillerPiece = 1 << 16

    init(_ routes: @escaping FixtureSite.Routes, _ record: FixtureSite.Record) {
        (self.routes, self.record) = (routes, record)
    }

    func channelActive(context: ChannelHandlerContext) { record.state.withLock { $0.connections += 1 } }

    func channelInactive(context: ChannelHandlerContext) {
        isAnswering = false
        record.state.withLock { $0.closed += 1 }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = unwrapInboundIn(data) else { return }
        let request = FixtureRequest(path: head.uri, headers: head.headers.map { ($0.name, $0.value) })
        record.state.withLock { $0.requests.append(request) }
        let reply = routes(request)
        guard reply.status > 0 else { return }
        var headers = HTTPHeaders(reply.headers.map { ($0.name, $0.value) })
        if case .bytes(let only)? = reply.pieces.first, reply.pieces.count == 1 {
            headers.add(name: "content-length", value: String(only.count))
        }
        if reply.pieces.isEmpty { headers.add(name: "content-length", value: "0") }
        let status = HTTPResponseStatus(statusCode: reply.status)
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))), promise: nil)
        (pieces, isAnswering, isWaiting) = (reply.pieces[...], true, false)
        workOff(context)
    }

    private func workOff(_ context: ChannelHandlerContext) {
        while isAnswering, !isWaiting {
            guard let piece = pieces.popFirst() else { return end(context) }
            switch piece {
            case .bytes(let bytes): write(ByteBuffer(bytes: bytes), context)
            case .filler(let count): fill(count, context)
            case .drip(let milliseconds): drip(milliseconds, context)
            case .hang: isWaiting = true
            case .cut: context.close(promise: nil)
            }
        }
    }

    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }

    private func fill(_ count: Int, _ context: ChannelHandlerContext) {
        guard count > 0 else { return }
        guard context.channel.isWritable else {
            pieces = [.filler(count)] + pieces
            return isWaiting = true
        }
        let size = min(count, Self.fillerPiece)
        record.state.withLock { $0.written += size }
        write(ByteBuffer(repeating: UInt8(ascii: "x"), count: size), context)
        pieces = [.filler(count - size)] + pieces
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable, isAnswering, case .filler? = pieces.first else { return }
        isWaiting = false
        workOff(context)
    }

    private func drip(_ milliseconds: Int, _ context: ChannelHandlerContext) {
        isWaiting = true
        write(ByteBuffer(string: "x"), context)
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) {
            let (this, context) = bound.value
            if this.isAnswering { this.drip(milliseconds, context) }
        }
    }

    private func end(_ context: ChannelHandlerContext) {
        isAnswering = false
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
