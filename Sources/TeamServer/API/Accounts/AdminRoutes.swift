internal import DirectoryStore
internal import HTTPTypes

/// What whoever runs the server sees of it.
enum AdminRoutes {
    static let all: [Route] = [
        Route(
            .get, "/api/v1/admin/audit", .administrator, "The audit log, newest first",
            query: [
                QueryField("limit", .integer, "1 to 1000; 100 unless told."),
                QueryField("action", .text, "Only entries of this action."),
                QueryField("before", .integer, "Only entries of a smaller number."),
            ]
        ) { call in
            let entries = try call.directory.auditLog(
                limit: call.number("limit", in: 1...1000) ?? 100, action: call.query["action"],
                before: call.number("before", in: 0...Int.max).map { Int64($0) }, for: call.caller)
            return ListView(entries.map(EntryView.init))
        }
    ]

    struct EntryView: Codable, Sendable {
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
}
