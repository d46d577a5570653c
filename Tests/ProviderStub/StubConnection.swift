internal import NIOCore
internal import NIOHTTP1

/// One connection to a stub. Works a reply off piece by piece, as fast as the client reads.
final class StubConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: StubScript
    private let record: ProviderStub.Record
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var pieces: ArraySlice<StubReply.Piece> = []
    private var isAnswering = false
    private var isWaiting = false
    private var keepsAlive = true

    private static let fillerPiece = 1 << 16

    init(_ script: @escaping StubScript, _ record: ProviderStub.Record) {
        (self.script, self.record) = (script, record)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): (self.head, body) = (head, [])
        case .body(let part): body += part.readableBytesView
        case .end: answer(context)
        }
    }

    private func answer(_ context: ChannelHandlerContext) {
        guard let head else { return }
        let request = StubRequest(
            method: head.method.rawValue, path: head.uri, headers: head.headers.map { ($0.name, $0.value) }, body: body)
        let isQuestion = head.uri == ProviderStub.statePath
        let reply = isQuestion ? .json(record.json) : script(request, record.add(request))
        keepsAlive = head.isKeepAlive
        var headers = HTTPHeaders(reply.headers.map { ($0.name, $0.value) })
        if case .bytes(let only)? = reply.pieces.first, reply.pieces.count == 1 {
            headers.add(name: "content-length", value: String(only.count))
        }
        let status = HTTPResponseStatus(statusCode: reply.status)
        context.write(
            wrapOutboundOut(.head(HTTPResponseHead(version: head.version, status: status, headers: headers))),
            promise: nil)
        (pieces, isAnswering, isWaiting) = (reply.pieces[...], true, false)
        workOff(context)
    }

    private func workOff(_ context: ChannelHandlerContext) {
        while isAnswering, !isWaiting {
            guard let piece = pieces.popFirst() else { return end(context) }
            switch piece {
            case .bytes(let bytes): write(ByteBuffer(bytes: bytes), context)
            case .pause(let milliseconds):
                context.flush()
                pause(milliseconds, context)
            case .delay(let milliseconds): pause(milliseconds, context)
            case .until(let holds):
                guard !holds() else { continue }
                pieces = [piece] + pieces
                context.flush()
                pause(5, context)
            case .cut:
                isAnswering = false
                context.flush()
                return context.close(promise: nil)
            case .hang:
                context.flush()
                isWaiting = true
            case .filler(let count): fill(count, context)
            }
        }
    }

    private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: nil)
    }

    private func pause(_ milliseconds: Int, _ context: ChannelHandlerContext) {
        isWaiting = true
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .milliseconds(Int64(milliseconds))) {
            let (this, context) = bound.value
            guard this.isAnswering else { return }
            this.isWaiting = false
            this.workOff(context)
        }
    }

    /// Goes on when the client can take more.
    private func fill(_ count: Int, _ context: ChannelHandlerContext) {
        guard count > 0 else { return }
        guard context.channel.isWritable else {
            pieces = [.filler(count)] + pieces
            isWaiting = true
            return context.flush()
        }
        let size = min(count, Self.fillerPiece)
        record.addWritten(size)
        write(ByteBuffer(repeating: UInt8(ascii: " "), count: size), context)
        context.flush()
        pieces = [.filler(count - size)] + pieces
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        guard context.channel.isWritable, isAnswering, case .filler? = pieces.first else { return }
        isWaiting = false
        workOff(context)
    }

    private func end(_ context: ChannelHandlerContext) {
        isAnswering = false
        let closes = !keepsAlive
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in
            if closes { bound.value.close(promise: nil) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if isAnswering { record.addCancelled() }
        isAnswering = false
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
