internal import AsyncHTTPClient
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// The connections to providers: a pool for each set of timeouts in use, and for each event loop on which calls are
/// made. A call that is made on an event loop stays on it: to wake another one twice takes longer than all else.
enum UpstreamClients {
    private static let made = Mutex<[Key: HTTPClient]>([:])

    private struct Key: Hashable {
        var connect: Int
        var read: Int
        /// Nil for calls from any other thread.
        var loop: ObjectIdentifier?
    }

    static func client(_ call: UpstreamCall) -> HTTPClient {
        let loop = MultiThreadedEventLoopGroup.currentEventLoop
        let (connect, read) = (call.provider.timeouts.connect, call.silenceMax)
        return made.withLock { made in
            let key = Key(connect: connect, read: read, loop: loop.map { ObjectIdentifier($0) })
            if let client = made[key] { return client }
            let client = make(connect: connect, read: read, loop)
            made[key] = client
            return client
        }
    }

    /// - Parameters: in milliseconds.
    private static func make(connect: Int, read: Int, _ loop: (any EventLoop)?) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .milliseconds(Int64(connect))
        configuration.timeout.read = .milliseconds(Int64(read))
        // A key goes to nobody but its provider.
        configuration.redirectConfiguration = .disallow
        // Who calls decides what is tried again.
        configuration.connectionPool.retryConnectionEstablishment = false
        // `CallLimit` says how many there are.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_000
        configuration.connectionPool.idleTimeout = .seconds(60)
        return HTTPClient(
            eventLoopGroupProvider: loop.map { .shared($0) } ?? .singleton, configuration: configuration)
    }
}
