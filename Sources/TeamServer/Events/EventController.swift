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

    /// What somebody may be told, and for how long that is known.
    private struct Access: Sendable {
        var account: RowID
        var viewHash: [UInt8]
        var seesSomething: Bool
        /// In Unix milliseconds; nil for as long as nothing changes.
        var until: Int64?
        /// The directory's, before it was asked.
        var mark: Int64
    }

    /// - Throws: `SyncRefusal`.
    func answer(_ request: Request, _ caller: Caller) async throws -> Response {
        guard let token = Authenticator.bearerToken(request),
            let workspace = request.uri.queryParameters["workspace"].flatMap({ RowID(hex: String($0)) })
        else { throw SyncRefusal(.malformed, "the query names no workspace by its id") }
        let reader = Reader(token: token, origin: caller.origin, workspace: workspace)
        guard let access = try await access(of: reader) else {
            throw SyncRefusal(.foreignWorkspace, "you have no such workspace on this server")
        }
        guard hub.hasRoom(for: access.account) else { throw Self.tooMany }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                try await listen(reader, access, to: &writer)
                try await writer.finish(nil)
            })
    }

    private static var tooMany: SyncRefusal {
        SyncRefusal(.unavailable, "too many listen to this server; try again later")
    }

    private func listen(_ reader: Reader, _ access: Access, to writer: inout any ResponseBodyWriter) async throws {
        // Here, as nobody leaves whose answer is never begun.
        guard let listener = hub.join(reader.workspace, access.account) else { return }
        defer { hub.leave(listener) }
        // A server that is to end waits for its answers.
        try await withGracefulShutdownHandler {
            try await write(listener, reader, access, to: &writer)
        } onGracefulShutdown: {
            hub.leave(listener)
        }
    }

    /// Until the server ends, the reader goes, or may read no more.
    private func write(
        _ listener: EventHub.Listener, _ reader: Reader, _ first: Access, to writer: inout any ResponseBodyWriter
    ) async throws {
        var (last, known): (SyncEvent?, Access?) = (nil, first)
        for await isBeat in listener.wakes {
            if try directory.changeMark.value() != known?.mark || known?.until ?? .max <= directory.clock() {
                known = try await access(of: reader)
            }
            guard let access = known else {
                return try await writer.write(ByteBuffer(string: "event: over\ndata:\n\n"))
            }
            let event = try await event(access, reader.workspace)
            if event != last {
                try await writer.write(ByteBuffer(string: event.text))
            } else if isBeat {
                try await writer.write(ByteBuffer(string: ":\n\n"))
            }
            last = event
        }
    }

    /// Who may see nothing any more is told just that.
    private func event(_ access: Access, _ workspace: RowID) async throws -> SyncEvent {
        guard access.seesSomething else { return SyncEvent(epoch: [], position: 0, viewHash: access.viewHash) }
        let head = try await hub.head(of: workspace)
        return SyncEvent(epoch: head.epoch, position: head.position, viewHash: access.viewHash)
    }

    /// Nil for who may not listen any more.
    private func access(of reader: Reader) async throws -> Access? {
        try await NIOThreadPool.singleton.runIfActive {
            let mark = try directory.changeMark.value()
            guard let caller = try directory.caller(bearing: reader.token, from: reader.origin, isUse: false),
                let workspace = try directory.syncedWorkspace(reader.workspace, for: caller),
                // A token for one workspace opens that one, whatever is named.
                workspace.id == reader.workspace
            else { return nil }
            let actor = try directory.actor(for: caller, in: workspace)
            guard actor.permissions.contains(.read) else { return nil }
            return Access(
                account: caller.account, viewHash: Array(actor.view.hash), seesSomething: !actor.view.isNothing,
                until: caller.until, mark: mark)
        }
    }
}
