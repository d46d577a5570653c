internal import AsyncHTTPClient
internal import FoundationEssentials
internal import NIOCore
internal import NIOHTTP1
internal import SwiftProtobuf
package import SyncEngine
internal import SyncProtocol

/// What was given for a server's address is none.
package struct InvalidServerAddress: Error, CustomStringConvertible {
    package var url: String

    package var description: String { "“\(url)” is no server address; it looks like http://127.0.0.1:7331" }
}

/// The sync protocol over HTTP (`sync-protocol/http.md`).
package struct HTTPSyncTransport: SyncTransport {
    let base: String
    let token: String

    /// How long one exchange may take.
    private static let timeout = TimeAmount.seconds(120)
    /// A page, its envelope, and some room.
    private static let replyBytesMax = 8 << 20

    /// - Parameter url: the server's, such as `http://127.0.0.1:7331`.
    package init(url: String, token: String) throws {
        base = try Self.base(of: url)
        self.token = token
    }

    /// A server's address without a slash at its end.
    package static func base(of url: String) throws -> String {
        guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme), parsed.host?.isEmpty == false
        else { throw InvalidServerAddress(url: url) }
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    package func send(_ request: SyncRequest) async throws -> SyncReply {
        switch request {
        case .handshake(let message): .handshake(try await exchange("handshake", message))
        case .push(let message): .push(try await exchange("push", message))
        case .pull(let message): .pull(try await exchange("pull", message))
        case .digest(let message): .digest(try await exchange("digest", message))
        case .rows(let message): .rows(try await exchange("rows", message))
        case .label(let message): .label(try await exchange("label", message))
        }
    }

    private func exchange<Reply: Message>(_ path: String, _ message: some Message) async throws -> Reply {
        let (status, body) = try await post(path, try message.serializedBytes())
        guard status == 200 else { throw refusal(status, body) }
        do {
            return try Reply(serializedBytes: body)
        } catch {
            throw TransportError("what answers at \(base) is no Offbook server")
        }
    }

    private func post(_ path: String, _ body: [UInt8]) async throws -> (status: UInt, body: [UInt8]) {
        var request = HTTPClientRequest(url: "\(base)/sync/v1/\(path)")
        request.method = .POST
        request.headers.add(name: "authorization", value: "Bearer \(token)")
        request.headers.add(name: "content-type", value: "application/x-protobuf")
        request.body = .bytes(body)
        let client = try Connecting.client()
        do {
            let response = try await client.execute(request, timeout: Self.timeout)
            let reply = try await response.body.collect(upTo: Self.replyBytesMax)
            return (response.status.code, Array(reply.readableBytesView))
        } catch let error as NIOTooManyBytesError {
            throw SyncRefusal(.tooLarge, "the server's answer is larger than \(error.maxBytes ?? 0) bytes")
        } catch {
            throw unreachable(error)
        }
    }

    func unreachable(_ error: any Error) -> TransportError {
        TransportError(
            "the server \(base) can't be reached (\(Connecting.reason(error))); everything is kept here, try again later"
        )
    }

    func refusal(_ status: UInt, _ body: [UInt8]) -> any Error {
        guard let failure = try? Offbook_Sync_V1_SyncFailure(serializedBytes: body),
            let code = SyncRefusal.Code(rawValue: failure.code)
        else { return TransportError("what answers at \(base) is no Offbook server (HTTP status \(status))") }
        return SyncRefusal(code, failure.message)
    }
}
