import Foundation
import Testing

@Suite struct HealthTests {
    @Test("A server says that it lives, that it can work, and how it is doing")
    func healthy() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        #expect(try server.headed("/healthz").body == "ok\n")
        #expect(try server.headed("/readyz").status == 200)
        let health = try server.json("GET", "/health")
        #expect(health["version"].string == (try shell("offbook --version")).output.trimmingCharacters(in: .newlines))
        #expect(health["uptime_seconds"].int != nil)
        #expect(Set(health["checks"].object?.keys.map { $0 } ?? []) == ["database", "disk", "mail"])
        #expect(health["checks"]["database"]["status"].string == "ok")
    }

    @Test("Mail that can't be sent shows in the health, and does not keep the server from its work")
    func mail() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, options: ["--sendmail", "exit 1", "--password-cost", "14"])
        _ = try server.ask(
            "POST", "/api/v1/auth/register", #"{"email": "ada@example.org", "password": "long enough"}"#)
        try eventually("the mail has failed") {
            try server.json("GET", "/health")["checks"]["mail"]["status"].string == "degraded"
        }
        #expect(try server.json("GET", "/health")["status"].string == "degraded")
        #expect(try server.headed("/readyz").status == 200)
    }

    @Test("A server whose accounts can't be read is not ready, and still lives")
    func broken() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch)
        let damage = try shell(
            "sqlite3 '\(server.node.data)/directory.sqlite' 'PRAGMA foreign_keys = OFF; DROP TABLE accounts'")
        #expect(damage.status == 0, "\(damage.error)")
        #expect(try server.headed("/readyz").status == 503)
        let health = try server.headed("/health")
        #expect(health.status == 503)
        #expect(try JSON(parsing: health.body)["checks"]["database"]["status"].string == "failing")
        #expect(try server.headed("/healthz").status == 200)
    }
}

@Suite struct MetricsTests {
    /// The samples by their names with labels.
    private func samples(_ server: Server) throws -> [String: Double] {
        let answer = try server.headed("/metrics")
        #expect(answer.status == 200 && answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        let lines = answer.body.split(separator: "\n").filter { !$0.hasPrefix("#") }
        return Dictionary(
            uniqueKeysWithValues: try lines.map { line in
                guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...])
                else { throw Complaint("no sample: \(line)") }
                return (String(line[..<space]), value)
            })
    }

    @Test("Requests, rows, refusals and sizes are counted")
    func counted() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, options: ["--password-cost", "14"])
        let node = try Node.joining(server, try server.token(), "node", in: scratch)
        try node.run("new", "p", "--body", "x")
        try node.sync()
        let viewer = Node("viewer", in: scratch)
        try viewer.connect(
            server, try server.node.run("token", "create", "--workspace", "Team", "--role", "viewer").line)
        try viewer.sync()
        try viewer.run("edit", "p", "--body", "y")
        try viewer.sync()
        for _ in 0..<3 {
            _ = try server.ask("POST", "/api/v1/auth/login", #"{"email": "a@example.org", "password": "wrong one"}"#)
        }
        for path in ["/a", "/b", "/c"] { _ = try server.ask("GET", path) }
        _ = try server.ask("PROPFIND", "/healthz")

        let found = try samples(server)
        let name = "offbook_http_request_duration_seconds"
        let login = #"{method="POST",route="/api/v1/auth/login",status="401""#
        #expect(found["\(name)_count\(login)}"] == 3)
        #expect(found["\(name)_bucket\(login),le=\"+Inf\"}"] == 3)
        #expect((found["\(name)_sum\(login)}"] ?? 0) > 0)
        #expect(found.contains { $0.key.hasPrefix("\(name)_count{method=\"GET\",route=\"NotFound\"") && $0.value == 3 })
        #expect(found.keys.contains { $0.contains(#"method="other""#) })
        #expect((found[#"offbook_sync_rows_total{verdict="applied"}"#] ?? 0) > 0)
        #expect((found[#"offbook_sync_rows_total{verdict="denied"}"#] ?? 0) > 0)
        #expect((found["offbook_sync_page_bytes_total"] ?? 0) > 0)
        #expect(found["offbook_sign_in_failures_total"] == 3)
        #expect((found[#"offbook_database_bytes{database="directory"}"#] ?? 0) > 4096)
        #expect((found[#"offbook_database_bytes{database="workspaces"}"#] ?? 0) > 4096)
        #expect(found["offbook_workspaces"] == 1)
        #expect((found["process_resident_memory_bytes"] ?? 0) > 1e6)
        #expect((found["process_open_fds"] ?? 0) > 5)
    }

    @Test("Metrics are for this machine, and for whoever has the token")
    func access() throws {
        let scratch = try Scratch()
        let server = try Server(in: scratch, environment: ["OFFBOOK_METRICS_TOKEN": "of the metrics"])
        let passedOn = ["-H", "X-Forwarded-For: 203.0.113.9"]
        #expect(try server.headed("/metrics").status == 200)
        #expect(try server.headed("/metrics", passedOn[0], passedOn[1]).status == 401)
        #expect(
            try server.headed("/metrics", passedOn[0], passedOn[1], "-H", "Authorization: Bearer of the metrics").status
                == 200)
        #expect(try server.headed("/metrics", "-H", "Authorization: Bearer of others").status == 401)
        let bare = try Server(in: scratch, name: "bare")
        #expect(try bare.headed("/metrics", passedOn[0], passedOn[1], "-H", "Authorization: Bearer x").status == 401)
    }
}
