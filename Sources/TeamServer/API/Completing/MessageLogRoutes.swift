internal import Changesets
internal import DirectoryStore
internal import HTTPTypes
internal import MessageLog
internal import ReplicaStore

/// What was sent to models and came back, for whoever runs the server; and each person's own word on it.
enum MessageLogRoutes {
    private static let log = "/api/v1/admin/message-log"
    private static let own = "/api/v1/users/me/message-log"

    static let all: [Route] = [
        Route(.get, log, .administrator, "How the log of messages stands, and how many wait to be written") { call in
            MessageLogView(try call.messages.status)
        },
        Route.waiting(.post, log + "/flush", .administrator, "Write what waits to be written") { call in
            MessageFlushView(flushed: try await call.messages.flush())
        },
        Route(
            .get, log + "/{account}", .administrator,
            "What somebody has sent, the newest first, as far as it is written; that it was read is in the audit log",
            query: [
                QueryField("limit", .integer, "1 to 1000; 100 unless told."),
                QueryField("before", .text, "Only those older than the one of this id."),
            ], read),
        Route(.get, own, .signedIn, "Whether one's own messages are logged") { try OwnMessageLog($0) },
        Route(
            .put, own, .signedIn, "Say whether they may be; what is there of who says no is erased",
            taking: OwnMessageLogInput.self
        ) { call, input in
            try call.messages.setOptOut(call.caller.account, input.optedOut)
            return try OwnMessageLog(call)
        },
    ]

    private static func read(_ call: Call) throws -> ListView<MessageView> {
        let account = try call.directory.account(named: call.text("account"), for: call.caller)
        try call.directory.noteReadingMessages(of: account.id, by: call.caller)
        let before = try call.query["before"].map { text in
            guard let id = RowID(hex: text) else { throw APIError(.invalid, "it is no id", field: "before") }
            return id
        }
        let found = try call.messages.messages(
            of: account.id, limit: call.number("limit", in: 1...1000) ?? 100, before: before)
        return ListView(found.map(MessageView.init))
    }
}

extension Call {
    /// - Throws: `APIError.notFound` where prompts are not run.
    var messages: MessageLog { get throws { try gateway.messages } }

    /// Of the caller, those that are logged, and those to come.
    func forgetMessages() throws { try messages.setOptOut(caller.account, true) }
}

struct MessageLogView: View {
    var isOn: Bool
    /// Not written yet.
    var queued: Int
    var oldestAgeMs: Int64?
    /// Since the server began, as what follows.
    var written: Int
    var dropped: Int
    var lastFlushAt: String?
    var lastError: String?
    var batchSize: Int
    var waitSeconds: Int
    var retentionDays: Int

    init(_ status: MessageLogStatus) {
        (isOn, queued, oldestAgeMs) = (status.settings.isOn, status.queued, status.oldestAge)
        (written, dropped, lastError) = (status.written, status.dropped, status.lastError)
        lastFlushAt = status.lastFlushAt.map(isoTime)
        (batchSize, waitSeconds) = (status.settings.batchSize, status.settings.waitSecondsMax)
        retentionDays = status.settings.retentionDays
    }
}

struct MessageFlushView: View {
    var flushed: Int
}

struct OwnMessageLog: View {
    /// Whether the server logs messages at all.
    var isOn: Bool
    var optedOut: Bool

    init(_ call: Call) throws {
        (isOn, optedOut) = (try call.messages.settings.isOn, try call.messages.isOptedOut(call.caller.account))
    }
}

struct OwnMessageLogInput: Input {
    var optedOut: Bool
    static let example = OwnMessageLogInput(optedOut: true)
}

/// A message; one that can't be opened any more has an id and a time only.
struct MessageView: Codable, Sendable {
    var id: String
    var workspaceId: String
    var createdAt: String
    var isReadable: Bool
    var model: String?
    var provider: String?
    var route: String?
    var style: String?
    /// The request, as it was sent.
    var prompt: String?
    var response: String?
    var outcome: String?
    var inputTokens: Int64?
    var outputTokens: Int64?
    var latencyMs: Int64?
    /// Whether more was said than is kept.
    var isCut: Bool?

    init(_ entry: MessageLogEntry) {
        (id, workspaceId, createdAt) = (entry.id.hex, entry.workspace.hex, isoTime(entry.createdAt))
        isReadable = entry.content != nil
        guard let content = entry.content else { return }
        (model, provider) = (content.model, content.provider)
        (route, style) = (content.route, content.style)
        (prompt, response, outcome) = (content.prompt, content.response, content.outcome)
        (inputTokens, outputTokens) = (content.inputTokens, content.outputTokens)
        latencyMs = content.latencyMilliseconds
        isCut = content.isPromptCut || content.isResponseCut
    }
}
