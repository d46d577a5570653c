internal import DirectoryStore
internal import FoundationEssentials
internal import ReplicaStore

/// What Prometheus reads.
struct MetricsPage: Sendable {
    let operations: Operations
    private var directory: DirectoryStore { operations.directory }
    private var data: DataDirectory { operations.data }

    func text() -> String {
        var text = MetricsText()
        let state = operations.metrics.snapshot
        Self.requests(state, &text)
        Self.sync(state, &text)
        audit(&text)
        databases(&text)
        process(&text)
        return text.text
    }

    private static func requests(_ state: Metrics.State, _ text: inout MetricsText) {
        let name = "offbook_http_request_duration_seconds"
        text.family(name, .histogram, "How long requests took until their answer began, by route and status.")
        let sorted = state.requests.sorted {
            ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
        }
        for (key, histogram) in sorted {
            text.histogram(
                name, [("method", key.method), ("route", key.route), ("status", String(key.status))], histogram)
        }
        text.single(
            "offbook_http_requests_in_flight", .gauge, "Requests that are being answered.", Double(state.inFlight))
        text.single(
            "offbook_http_requests_refused_total", .counter, "Requests beyond a limit of their number.",
            Double(state.refused))
    }

    private static func sync(_ state: Metrics.State, _ text: inout MetricsText) {
        text.family("offbook_sync_rows_total", .counter, "Rows that nodes pushed, by what became of them.")
        for verdict in ["applied", "superseded", "denied"] {
            text.sample("offbook_sync_rows_total", [("verdict", verdict)], Double(state.syncRows[verdict] ?? 0))
        }
        text.single("offbook_sync_pages_total", .counter, "Pages of rows that nodes pulled.", Double(state.syncPages))
        text.single(
            "offbook_sync_page_bytes_total", .counter, "Bytes of those pages, compressed.", Double(state.syncPageBytes))
    }

    private func audit(_ text: inout MetricsText) {
        let counts = directory.auditCounts
        text.single(
            "offbook_sign_in_failures_total", .counter, "Sign-ins that failed.", Double(counts[.signInFailed] ?? 0))
        text.family("offbook_audit_events_total", .counter, "What went into the audit log, by action.")
        for (action, count) in counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            text.sample("offbook_audit_events_total", [("action", action.rawValue)], Double(count))
        }
    }

    private func databases(_ text: inout MetricsText) {
        let workspaces = data.workspaces()
        text.family("offbook_database_bytes", .gauge, "Bytes of the databases with their logs.")
        text.sample("offbook_database_bytes", [("database", "directory")], Self.size("\(data.path)/directory.sqlite"))
        let sum = workspaces.reduce(0) { $0 + Self.size(data.replicaPath($1)) }
        text.sample("offbook_database_bytes", [("database", "workspaces")], sum)
        text.single("offbook_workspaces", .gauge, "Workspaces that have a database.", Double(workspaces.count))
        if let disk = DiskSpace(data.path) {
            text.single("offbook_disk_free_bytes", .gauge, "Free space where the data is.", Double(disk.free))
        }
    }

    private static func size(_ path: String) -> Double {
        ["", "-wal"].reduce(0) { sum, suffix in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
            return sum + Double((attributes?[.size] as? UInt64) ?? 0)
        }
    }

    private func process(_ text: inout MetricsText) {
        text.family("offbook_build_info", .gauge, "The version of this server.")
        text.sample("offbook_build_info", [("version", operations.version)], 1)
        text.single(
            "process_start_time_seconds", .gauge, "When the server began, in Unix seconds.", operations.startedAt)
        if let bytes = ProcessUse.residentBytes {
            text.single("process_resident_memory_bytes", .gauge, "Memory that the server holds.", Double(bytes))
        }
        if let files = ProcessUse.openFiles {
            text.single("process_open_fds", .gauge, "Files and connections that the server has open.", Double(files))
        }
    }
}
