package import Changesets
internal import GRDB

/// What a workspace's row says of completions.
package struct WorkspaceTermsRecord: Hashable, Sendable {
    package var defaultModel = ""
    /// A JSON number; empty where nobody has said.
    package var defaultTemperature = ""
    package var maxTokens: Int64?
    /// A JSON list; empty for all.
    package var allowedModels = ""
    package var costLimit: Int64?
    package var tokenLimit: Int64?
    package var sharesAnswers = false
}

extension ReadTransaction {
    package func workspaceTerms() throws -> WorkspaceTermsRecord {
        let row = try Row.fetchOne(
            database.keptStatement("SELECT * FROM workspaces WHERE id = ?"), arguments: [workspaceID().blob])
        guard let row else { return WorkspaceTermsRecord() }
        return WorkspaceTermsRecord(
            defaultModel: row["default_model"], defaultTemperature: row["default_temperature"],
            maxTokens: row["max_tokens"], allowedModels: row["allowed_models"], costLimit: row["cost_limit"],
            tokenLimit: row["token_limit"], sharesAnswers: row["shares_answers"] as Int64 != 0)
    }

    package func hasWorkspaceRow() throws -> Bool {
        try Bool.fetchOne(
            database.keptStatement("SELECT EXISTS (SELECT 1 FROM workspaces WHERE id = ?)"),
            arguments: [workspaceID().blob]) ?? false
    }
}

/// An answer of the server's cache.
package struct SharedAnswerRecord: Hashable, Sendable {
    package var id: RowID
    package var model: String
    /// JSON.
    package var answer: String
    /// Unix milliseconds.
    package var madeAt: Int64
    package var livesUntil: Int64
}

extension ReadTransaction {
    /// - Parameter now: Unix milliseconds; one that has expired by then is not there.
    package func sharedAnswer(_ id: RowID, now: Int64) throws -> SharedAnswerRecord? {
        let sql = """
            SELECT * FROM shared_answers WHERE id = ? AND lives_until > ? AND answer <> ''
                AND (prompt_id NOT IN (SELECT id FROM prompts) OR prompt_id IN (SELECT id FROM \(seen.prompts)))
            """
        return try Row.fetchOne(database.keptStatement(sql), arguments: [id.blob, now]).map { row in
            SharedAnswerRecord(
                id: try row.requiredID("id"), model: row["model"], answer: row["answer"], madeAt: row["made_at"],
                livesUntil: row["lives_until"])
        }
    }

    package func hasSharedAnswer(_ id: RowID) throws -> Bool {
        try Bool.fetchOne(
            database.keptStatement("SELECT EXISTS (SELECT 1 FROM shared_answers WHERE id = ?)"), arguments: [id.blob])
            ?? false
    }

    /// - Parameter time: Unix milliseconds; nil for all there are.
    package func sharedAnswers(expiredBy time: Int64?, most: Int) throws -> [RowID] {
        try ids(
            "SELECT id FROM shared_answers WHERE ?1 IS NULL OR lives_until <= ?1 ORDER BY lives_until, id LIMIT ?2",
            [time, most])
    }
}

package struct TestRunRecord: Hashable, Sendable {
    package var id: RowID
    package var prompt: RowID?
    package var version: RowID?
    package var user: RowID?
    /// Unix milliseconds.
    package var createdAt: Int64
    /// JSON.
    package var input: String
    package var output: String
    package var error: String
    package var provider: String
    package var model: String
    package var inputTokens: Int64?
    package var cachedTokens: Int64?
    package var outputTokens: Int64?
    /// Nano-dollars.
    package var cost: Int64?
    /// Milliseconds.
    package var latency: Int64?
    package var rating: Int64?
    package var feedback: String
}

extension ReadTransaction {
    /// The newest first.
    package func testRuns(of prompt: RowID) throws -> [TestRunRecord] {
        try testRuns("prompt_id = ? ORDER BY created_at DESC, id DESC", [prompt.blob])
    }

    package func testRun(_ id: RowID) throws -> TestRunRecord? { try testRuns("id = ?", [id.blob]).first }

    private func testRuns(_ condition: String, _ arguments: StatementArguments) throws -> [TestRunRecord] {
        let sql = "SELECT * FROM test_runs WHERE \(seen.isNoteSeen) AND \(condition)"
        return try Row.fetchAll(database.keptStatement(sql), arguments: arguments).map { row in
            TestRunRecord(
                id: try row.requiredID("id"), prompt: row.id("prompt_id"), version: row.id("version_id"),
                user: row.id("user_id"), createdAt: row["created_at"], input: row["input"], output: row["output"],
                error: row["error"], provider: row["provider"], model: row["model"],
                inputTokens: row["input_tokens"], cachedTokens: row["cached_tokens"],
                outputTokens: row["output_tokens"], cost: row["cost"], latency: row["latency"],
                rating: row["rating"], feedback: row["feedback"])
        }
    }
}
