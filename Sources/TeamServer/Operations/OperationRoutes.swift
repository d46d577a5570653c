internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import ReplicaStore

/// What the routes for whoever runs the server look at.
struct Operations: Sendable {
    let directory: DirectoryStore
    let data: DataDirectory
    let mail: MailQueue?
    let metrics: Metrics
    let access: OperatorAccess
    let version: String
    private let started = ContinuousClock.now
    /// Unix seconds.
    let startedAt = Date.now.timeIntervalSince1970

    var uptime: Duration { ContinuousClock.now - started }

    init(
        directory: DirectoryStore, data: DataDirectory, mail: MailQueue?, metrics: Metrics, access: OperatorAccess,
        version: String
    ) {
        (self.directory, self.data, self.mail) = (directory, data, mail)
        (self.metrics, self.access, self.version) = (metrics, access, version)
    }
}

/// Whether the server can work, how it is doing, and what it counts. `/healthz`, which only tells that it lives,
/// waits for nothing, and is no route of this table.
enum OperationRoutes {
    static let all: [Route] = [
        Route(.get, "/readyz", .anonymous, "Whether the server can work", producing: "text/plain", ready),
        Route(.get, "/health", .anonymous, "How the server is doing", health),
        Route(.get, "/api/health", .anonymous, "The same, where PromptStack has it", health),
        Route(
            .get, "/metrics", .anonymous, "What the server counts, for Prometheus: on its machine, or with a token",
            producing: "text/plain", metrics),
    ]

    /// 503 while the server could not answer anybody.
    private static func ready(_ call: Call) throws -> Answer {
        let isFailing = try Health(operations: call.team.operations).report().isFailing
        return text(isFailing ? .serviceUnavailable : .ok, "text/plain", isFailing ? "not ready\n" : "ready\n")
    }

    private static func health(_ call: Call) throws -> Reply<HealthReport> {
        let report = try Health(operations: call.team.operations).report()
        return Reply(report, status: report.isFailing ? .serviceUnavailable : .ok)
    }

    private static func metrics(_ call: Call) throws -> Answer {
        guard try call.team.operations.access.isGranted(call) else {
            throw AccountError(
                .unauthorized, "metrics are for this machine, and for whoever has the token in OFFBOOK_METRICS_TOKEN")
        }
        return try text(.ok, "text/plain; version=0.0.4", MetricsPage(operations: call.team.operations).text())
    }

    private static func text(_ status: HTTPResponse.Status, _ type: String, _ text: String) -> Answer {
        Answer(status: status, headers: [.contentType: "\(type); charset=utf-8"], body: Array(text.utf8))
    }
}
