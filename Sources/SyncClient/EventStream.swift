internal import AsyncHTTPClient
internal import Changesets
internal import EventStreams
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
package import SyncEngine

extension HTTPSyncTransport {
    /// Listens to the server, until it ends that or the task is cancelled (`sync-protocol/http.md`, section 13).
    ///
    /// - Parameters:
    ///   - workspace: its id, in hexadecimal digits.
    ///   - heard: is told of each event.
    /// - Returns: false where the server knows of no events.
    /// - Throws: `SyncRefusal`; `TransportError` where the server can't be reached, or is reached no more.
    package func listen(to workspace: String, heard: (SyncEvent) async -> Void) async throws -> Bool {
        var request = HTTPClientRequest(url: "\(base)/sync/v1/events?workspace=\(workspace)")
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        request.headers.add(name: "accept", value: "text/event-stream")
        do {
            let response = try await Connecting.listener().execute(request, timeout: .seconds(30))
            guard response.status != .notFound else { return false }
            guard response.status == .ok else {
                let body = try await response.body.collect(upTo: 1 << 16)
                throw refusal(response.status.code, Array(body.readableBytesView))
            }
            try await read(response.body, heard)
            return true
        } catch let error where error is SyncRefusal || error is TransportError || error is CancellationError {
            throw error
        } catch {
            throw unreachable(error)
        }
    }

    private func read(_ body: HTTPClientResponse.Body, _ heard: (SyncEvent) async -> Void) async throws {
        var events = ServerSentEvents()
        for try await chunk in body {
            for event in try take(chunk, &events) {
                if event.name == "over" { throw SyncRefusal(.unauthorized, "the server does not tell you more") }
                if event.name == "head", let event = SyncEvent(data: event.data) { await heard(event) }
            }
        }
    }
    private func take(_ chunk: ByteBuffer, _ events: inout ServerSentEvents) throws -> [ServerSentEvents.Event] {
        do {
            return try events.take(chunk.readableBytesView)
        } catch {
            throw TransportError("the server sends events without an end")
        }
    }
}
