package import Changesets
internal import GRDB

package struct PolicyRecord: Hashable, Sendable {
    package var id: RowID
    package var name: String
    package var description: String
    package var kind: String
    /// JSON.
    package var rules: String
    /// A JSON number; empty where nobody has said.
    package var threshold: String
    package var severity: String
    package var action: String
    package var isActive: Bool
    package var isEnforced: Bool
    /// Whether it holds for one project only. An id that is none holds for none.
    package var isOfProject: Bool
    package var project: RowID?
    /// Unix milliseconds.
    package var createdAt: Int64

    /// As the schema has them.
    package init(id: RowID, createdAt: Int64) {
        (self.id, self.createdAt) = (id, createdAt)
        (name, description, kind, rules, threshold) = ("", "", "", "{}", "")
        (severity, action, isActive, isEnforced, isOfProject) = ("medium", "log", true, true, false)
    }

    fileprivate init(_ row: Row) throws {
        (id, createdAt) = (try row.requiredID("id"), row["created_at"])
        (name, description, kind) = (row["name"], row["description"], row["kind"])
        (rules, threshold) = (row["rules"], row["threshold"])
        (severity, action) = (row["severity"], row["action"])
        isActive = row["is_active"] as Int64 != 0
        isEnforced = row["is_enforced"] as Int64 != 0
        isOfProject = (row["project_id"] as DatabaseValue) != .null
        project = row.id("project_id")
    }
}

package struct ViolationRecord: Hashable, Sendable {
    package var id: RowID
    package var policy: RowID?
    package var prompt: RowID?
    package var version: RowID?
    package var user: RowID?
    package var node: RowID?
    /// Unix milliseconds.
    package var occurredAt: Int64
    package var requestID: String
    package var side: String
    package var kind: String
    package var severity: String
    package var action: String
    package var found: String
    package var findings: Int64
    /// JSON numbers; empty where there is none.
    package var confidence: String
    package var measured: String
    package var threshold: String
    package var status: String
    package var notes: String
    /// Unix milliseconds.
    package var resolvedAt: Int64?
    package var resolvedBy: RowID?
}

/// Which violations are asked for; nil for all.
package struct ViolationFilter: Sendable {
    package var policy: RowID?
    package var prompt: RowID?
    package var status: String?
    /// Unix milliseconds.
    package var since: Int64?

    package init(policy: RowID? = nil, prompt: RowID? = nil, status: String? = nil, since: Int64? = nil) {
        (self.policy, self.prompt, self.status, self.since) = (policy, prompt, status, since)
    }
}

extension ReadTransaction {
    /// By name.
    package func policies() throws -> [PolicyRecord] {
        try Row.fetchAll(database.keptStatement("SELECT * FROM policies ORDER BY name, id")).map {
            try PolicyRecord($0)
        }
    }

    /// Also of one that was removed.
    package func policyName(_ id: RowID) throws -> String? {
        let sql = """
            SELECT name FROM policies WHERE id = ?1 UNION ALL SELECT name FROM deleted_policies WHERE id = ?1
            """
        return try String.fetchOne(database.keptStatement(sql), arguments: [id.blob])
    }

    /// The newest first.
    package func violations(_ filter: ViolationFilter) throws -> [RowID] {
        let sql = """
            SELECT id FROM violations
            WHERE \(seen.isViolationSeen) AND (?1 IS NULL OR policy_id = ?1) AND (?2 IS NULL OR prompt_id = ?2)
                AND (?3 IS NULL OR status = ?3) AND (?4 IS NULL OR occurred_at >= ?4)
            ORDER BY occurred_at DESC, id DESC
            """
        return try ids(sql, [filter.policy?.blob, filter.prompt?.blob, filter.status, filter.since])
    }

    package func violation(_ id: RowID) throws -> ViolationRecord? {
        let sql = "SELECT * FROM violations WHERE \(seen.isViolationSeen) AND id = ?"
        return try Row.fetchOne(database.keptStatement(sql), arguments: [id.blob]).map(Self.violation)
    }

    private static func violation(_ row: Row) throws -> ViolationRecord {
        ViolationRecord(
            id: try row.requiredID("id"), policy: row.id("policy_id"), prompt: row.id("prompt_id"),
            version: row.id("version_id"), user: row.id("user_id"), node: row.id("node_id"),
            occurredAt: row["occurred_at"], requestID: row["request"], side: row["side"], kind: row["kind"],
            severity: row["severity"], action: row["action"], found: row["found"], findings: row["findings"],
            confidence: row["confidence"], measured: row["measured"], threshold: row["threshold"],
            status: row["status"], notes: row["notes"], resolvedAt: row["resolved_at"],
            resolvedBy: row.id("resolved_by"))
    }
}
