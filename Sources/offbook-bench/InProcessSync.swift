import ReplicaStore
import SwiftProtobuf
import SyncEngine
import SyncProtocol

/// A sync of a client with a server in the same process, exchange by exchange.
///
/// - Parameter exchanged: called with each request and its reply.
@discardableResult
func synchronize(
    _ client: Replica, with server: Replica, exchanged: (SyncRequest, SyncReply) throws -> Void = { _, _ in }
) throws -> SyncSummary {
    var sync = try ClientSync(client)
    let host = ServerSync(server)
    var request: SyncRequest? = try sync.start()
    while let next = request {
        do {
            let reply = try host.handle(next)
            try exchanged(next, reply)
            request = try sync.receive(reply)
        } catch let refusal as SyncRefusal {
            request = try sync.receive(refusal)
        }
    }
    return sync.summary
}

extension SyncRequest {
    /// What its body has on the wire.
    func byteCount() throws -> Int {
        switch self {
        case .handshake(let message): try (message.serializedBytes() as [UInt8]).count
        case .push(let message): try (message.serializedBytes() as [UInt8]).count
        case .pull(let message): try (message.serializedBytes() as [UInt8]).count
        case .digest(let message): try (message.serializedBytes() as [UInt8]).count
        case .rows(let message): try (message.serializedBytes() as [UInt8]).count
        case .label(let message): try (message.serializedBytes() as [UInt8]).count
        }
    }
}

extension SyncReply {
    /// What its body has on the wire.
    func byteCount() throws -> Int {
        switch self {
        case .handshake(let message): try (message.serializedBytes() as [UInt8]).count
        case .push(let message): try (message.serializedBytes() as [UInt8]).count
        case .pull(let message): try (message.serializedBytes() as [UInt8]).count
        case .digest(let message): try (message.serializedBytes() as [UInt8]).count
        case .rows(let message): try (message.serializedBytes() as [UInt8]).count
        case .label(let message): try (message.serializedBytes() as [UInt8]).count
        }
    }
}
