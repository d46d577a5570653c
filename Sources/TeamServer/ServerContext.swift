internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// What is known of a request beside itself: where it comes from, and what it is called.
struct ServerContext: RequestContext, RemoteAddressRequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel
    let remoteAddress: SocketAddress?
    /// Minted, or the client's own: it stands in the answer and in every line of the log.
    var requestID: String {
        get { id }
        set { logger[metadataKey: "hb.request.id"] = "\(newValue)" }
    }

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        remoteAddress = source.channel.remoteAddress
    }
}
