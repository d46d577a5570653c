internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOPosix
internal import ReplicaStore
internal import ServiceLifecycle
internal import SyncEngine

/// The event stream of a workspace (`sync-protocol/http.md`, section 13).
struct EventController: Sendable {
    let hub: EventHub
    let directory: DirectoryStore
    let authenticator: Authenticator

    private struct Reader: Sendable {
        var token: String
        var origin: Origin
        var workspace: RowID
    }

    /// - Throws: `SyncRefusal`.
    func answer(_ request: Request, _ caller: Caller) async throws -> Response {
        guard let token = Authenticator.bearerToken(request),
            let workspace = request.uri.queryParameters["workspace"].flatMap({ RowID(hex: String($0)) })
        else { throw SyncRefusal(.malformed, "the query names no workspace by its id") }
        let reader = Reader(token: token, origin: caller.origin, workspace: workspace)
        guard try await view(of: reader) != nil else { throw Self.foreign }
        guard let listener = hub.join(workspace) else {
            throw SyncRefusal(.unavailable, "too many listen to this server; try again later")
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                defer { hub.leave(listener) }
                // A server that is to end waits for its answers.
                try await withGracefulShutdownHandler {
                    try await write(listener, reader, to: &writer)
                } onGracefulShutdown: {
                    hub.leave(listener)
                }
                try await writer.finish(nil)
            })
    }

    private static var foreign: SyncRefusal {
        SyncRefusal(.foreignWorkspace, "you have no such workspace on this server")
    }

    /// Until the server ends, the reader goes, or may read no more.
    private func write(
        _ listener: EventHub.Listener, _ reader: Reader, to writer: inout any ResponseBodyWriter
    ) async throws {
        var last: SyncEvent?
        var (access, mark): ([UInt8]?, Int64) = (nil, -1)
        for await _ in listener.wakes {
            let now = try directory.changeMark.value()
            if now != mark { (access, mark) = (try await view(of: reader), now) }
            guard let access else { return try await writer.write(ByteBuffer(string: "event: over\ndata:\n\n")) }
            let head = try await hub.head(of: reader.workspace)
            let event = SyncEvent(epoch: head.epoch, position: head.position, viewHash: access)
            try await writer.write(ByteBuffer(string: event == last ? ":\n\n" : event.text))
            last = event
        }
    }

    /// What the reader may read, named by its hash; nil for who may not listen any more.
    private func view(of reader: Reader) async throws -> [UInt8]? {
        try await NIOThreadPool.singleton.runIfActive {
            guard let caller = try directory.caller(bearing: reader.token, from: reader.origin, isUse: false),
                let workspace = try directory.syncedWorkspace(reader.workspace, for: caller), workspace.id != nil
            else { return nil }
            let actor = try directory.actor(for: caller, in: workspace)
            return actor.permissions.contains(.read) ? Array(actor.view.hash) : nil
        }
    }
}
