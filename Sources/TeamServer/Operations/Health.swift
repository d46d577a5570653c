internal import DirectoryStore
internal import ReplicaStore

/// How one part of the server is doing.
struct HealthCheck: Codable, Sendable {
    enum Status: String { case ok, degraded, failing }

    /// `ok`, `degraded` or `failing`.
    var status: String
    var detail: String

    init(_ status: Status, detail: String) {
        self.status = status.rawValue
        self.detail = detail
    }
}

/// How the server is doing: as badly as the worst of its parts.
struct HealthReport: View {
    struct Checks: Codable, Sendable {
        var database: HealthCheck
        var disk: HealthCheck
        var mail: HealthCheck
    }

    var status: String
    var version: String
    var uptimeSeconds: Int
    var checks: Checks

    var isFailing: Bool { status == HealthCheck.Status.failing.rawValue }
}

/// Looks at the parts. It may block.
struct Health: Sendable {
    let operations: Operations

    func report() -> HealthReport {
        let checks = HealthReport.Checks(database: database(), disk: disk(), mail: mailing())
        let states = [checks.database, checks.disk, checks.mail].map(\.status)
        let worst = ["failing", "degraded"].first { states.contains($0) } ?? "ok"
        return HealthReport(
            status: worst, version: operations.version, uptimeSeconds: Int(operations.uptime.seconds), checks: checks)
    }

    private func database() -> HealthCheck {
        do {
            _ = try operations.directory.isEmpty()
            return HealthCheck(.ok, detail: "it can be read")
        } catch {
            return HealthCheck(.failing, detail: "it can't be read; the log says why")
        }
    }

    /// Below this a server can't be relied upon to take anything more.
    private static let diskBytesMin: UInt64 = 32 << 20

    private func disk() -> HealthCheck {
        guard let disk = DiskSpace(operations.data.path) else {
            return HealthCheck(.failing, detail: "it can't be looked at")
        }
        if disk.free < Self.diskBytesMin { return HealthCheck(.failing, detail: "it is full") }
        let isLow = disk.free < disk.size / 20
        return HealthCheck(
            isLow ? .degraded : .ok, detail: isLow ? "less than a twentieth of it is free" : "there is space")
    }

    private func mailing() -> HealthCheck {
        guard let mail = operations.mail else {
            return HealthCheck(.ok, detail: "none is sent: no command is set for it")
        }
        return mail.counts.hasFailedLast
            ? HealthCheck(.degraded, detail: "the last one could not be sent; the log says why")
            : HealthCheck(.ok, detail: "it is sent")
    }
}
