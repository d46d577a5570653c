internal import AsyncHTTPClient
internal import NIOCore
internal import Synchronization

/// The connections to providers: one pool for the process, or one for each set of timeouts in use.
enum UpstreamClients {
    private static let made = Mutex<[Key: HTTPClient]>([:])

    private struct Key: Hashable {
        var connect: Int
        var read: Int
    }

    static func client(_ timeouts: UpstreamTimeouts) -> HTTPClient {
        made.withLock { made in
            let key = Key(connect: timeouts.connect, read: timeouts.read)
            if let client = made[key] { return client }
            let client = make(timeouts)
            made[key] = client
            return client
        }
    }

    private static func make(_ timeouts: UpstreamTimeouts) -> HTTPClient {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .milliseconds(Int64(timeouts.connect))
        configuration.timeout.read = .milliseconds(Int64(timeouts.read))
        // A key goes to nobody but its provider.
        configuration.redirectConfiguration = .disallow
        // Who calls decides what is tried again.
        configuration.connectionPool.retryConnectionEstablishment = false
        // `CallLimit` says how many there are.
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 1_000
        configuration.connectionPool.idleTimeout = .seconds(60)
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }
}
