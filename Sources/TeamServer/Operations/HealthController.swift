internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import NIOPosix
internal import ReplicaStore

/// Whether the server lives, whether it can work, and how it is doing.
struct HealthController: Sendable {
    let directory: DirectoryStore
    let data: DataDirectory
    let mail: MailQueue?
    let version: String
    let started = ContinuousClock.now

    func addRoutes(to router: Router<ServerContext>) {
        router.get("healthz") { _, _ in "ok\n" }
        router.get("readyz", use: ready)
        router.get("health", use: health)
    }

    enum Status: String, Encodable { case ok, degraded, failing }

    struct Check: Encodable {
        var status: Status
        var detail: String
    }

    struct Report: Encodable {
        var status: Status
        var version: String
        var uptimeSeconds: Int
        var checks: [String: Check]

        enum CodingKeys: String, CodingKey {
            case status, version, checks
            case uptimeSeconds = "uptime_seconds"
        }
    }

    /// 503 while the server could not answer anybody.
    private func ready(_ request: Request, _ context: ServerContext) async throws -> Response {
        let report = try await report()
        return report.status == .failing ? Self.text(.serviceUnavailable, "not ready\n") : Self.text(.ok, "ready\n")
    }

    private func health(_ request: Request, _ context: ServerContext) async throws -> Response {
        let report = try await report()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Response(
            status: report.status == .failing ? .serviceUnavailable : .ok,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(report))))
    }

    private static func text(_ status: HTTPResponse.Status, _ text: String) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }

    private func report() async throws -> Report {
        let checks = try await NIOThreadPool.singleton.runIfActive {
            ["database": database(), "disk": disk(), "mail": mailing()]
        }
        let states = checks.values.map(\.status)
        let status: Status = states.contains(.failing) ? .failing : states.contains(.degraded) ? .degraded : .ok
        return Report(
            status: status, version: version, uptimeSeconds: Int((ContinuousClock.now - started).seconds),
            checks: checks)
    }

    private func database() -> Check {
        do {
            _ = try directory.isEmpty()
            return Check(status: .ok, detail: "it can be read")
        } catch {
            return Check(status: .failing, detail: "it can't be read; the log says why")
        }
    }

    /// Below this a server can't be relied upon to take anything more.
    private static let diskBytesMin: UInt64 = 32 << 20

    private func disk() -> Check {
        guard let disk = DiskSpace(data.path) else { return Check(status: .failing, detail: "it can't be looked at") }
        if disk.free < Self.diskBytesMin { return Check(status: .failing, detail: "it is full") }
        let isLow = disk.free < disk.size / 20
        return Check(
            status: isLow ? .degraded : .ok, detail: isLow ? "less than a twentieth of it is free" : "there is space")
    }

    private func mailing() -> Check {
        guard let mail else { return Check(status: .ok, detail: "none is sent: no command is set for it") }
        return mail.counts.hasFailedLast
            ? Check(status: .degraded, detail: "the last one could not be sent; the log says why")
            : Check(status: .ok, detail: "it is sent")
    }
}
