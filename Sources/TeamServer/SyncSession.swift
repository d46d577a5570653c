internal import AccessControl
internal import Changesets
internal import DirectoryStore
internal import FoundationEssentials
internal import SyncEngine
internal import SyncProtocol

/// Whom a request of the sync protocol is answered for, and in which workspace.
struct SyncSession: Sendable {
    var caller: Caller
    var workspace: DirectoryWorkspace
    var actor: Actor
}

/// A request of the sync protocol: each names its workspace.
protocol WorkspaceRequest {
    var workspaceID: Data { get }
}

extension HandshakeRequest: WorkspaceRequest {}
extension PushRequest: WorkspaceRequest {}
extension PullRequest: WorkspaceRequest {}
extension DigestRequest: WorkspaceRequest {}
extension RowsRequest: WorkspaceRequest {}
extension LabelRequest: WorkspaceRequest {}

extension DirectoryStore {
    /// - Throws: `SyncRefusal.foreignWorkspace` where the caller has no such workspace here.
    func session(_ caller: Caller, for request: some WorkspaceRequest) throws -> SyncSession {
        guard let workspace = try syncedWorkspace(RowID(request.workspaceID), for: caller) else {
            throw SyncRefusal(
                .foreignWorkspace,
                "you have no such workspace on this server; offbook workspaces lists yours, offbook connect makes one")
        }
        return SyncSession(caller: caller, workspace: workspace, actor: try actor(for: caller, in: workspace))
    }
}
