import ReplicaStore
import SyncEngine

/// A sync of a client with a server in the same process, exchange by exchange.
@discardableResult
func synchronize(_ client: Replica, with server: Replica) throws -> SyncSummary {
    var sync = try ClientSync(client)
    let host = ServerSync(server)
    var request: SyncRequest? = try sync.start()
    while let next = request {
        do {
            request = try sync.receive(try host.handle(next))
        } catch let refusal as SyncRefusal {
            request = try sync.receive(refusal)
        }
    }
    return sync.summary
}
