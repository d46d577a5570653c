internal import DirectoryStore
internal import Hummingbird

/// What whoever runs the server sees of it.
struct AdminController: Sendable {
    let api: API

    func addRoutes(to group: RouterGroup<ServerContext>) {
        group.get("audit", use: audit)
    }

    private struct EntryView: Codable, Sendable {
        var seq: Int64
        var at: String
        var action: String
        var who: String
        var address: String
        var workspace: String
        var subject: String
        var detail: String

        init(_ entry: AuditEntry) {
            seq = entry.seq
            at = isoTime(entry.at)
            action = entry.action
            who = entry.who
            address = entry.address
            workspace = entry.workspace
            subject = entry.subject
            detail = entry.detail
        }
    }

    private func audit(_ request: Request, _ context: ServerContext) async throws -> Response {
        try await api.signed(request, context) { (_: API.Nothing, caller, particulars) in
            let limit = particulars.query["limit"].flatMap { Int($0) } ?? 100
            guard (1...1000).contains(limit) else {
                throw AccountError(.invalid, "a limit is from 1 to 1000", field: "limit")
            }
            let entries = try api.directory.auditLog(
                limit: limit, action: particulars.query["action"],
                before: particulars.query["before"].flatMap { Int64($0) }, for: caller)
            return ListView(entries.map(EntryView.init))
        }
    }
}
