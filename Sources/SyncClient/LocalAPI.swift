internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import SyncEngine

/// The interface of the daemon on this machine, over its socket.
package struct LocalAPI: Sendable {
    private let socket: String

    private static let timeout = TimeAmount.seconds(5)
    private static let answerBytesMax = 8 << 20

    /// - Parameter socket: its path.
    package init(socket: String) { self.socket = socket }

    /// - Throws: `TransportError` where the daemon does not answer.
    package func get<Answer: Decodable & Sendable>(_ path: String) async throws -> Answer {
        guard let url = URL(httpURLWithSocketPath: socket, uri: "/api/v1/\(path)") else {
            throw TransportError("\(socket) is no path of a socket")
        }
        do {
            let client = try Connecting.client()
            let response = try await client.execute(
                HTTPClientRequest(url: url.absoluteString), timeout: Self.timeout)
            let body = try await response.body.collect(upTo: Self.answerBytesMax)
            return try JSONDecoder().decode(Answer.self, from: Data(body.readableBytesView))
        } catch {
            throw TransportError("the daemon at \(socket) does not answer (\(Connecting.reason(error)))")
        }
    }
}
