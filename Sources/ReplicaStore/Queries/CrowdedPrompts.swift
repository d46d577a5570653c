package import Changesets
internal import GRDB

/// Prompts of which some branch has several tip rows. Most libraries have few, and a sync that is to count
/// them must not read every tip: what is known up to a position is kept, and only what changed since is read.
extension ReadTransaction {
    /// Not those in the trash.
    package func promptsWithSeveralTips() throws -> [RowID] {
        try ids(
            """
            SELECT DISTINCT prompt_id FROM (\(Self.crowded("SELECT prompt_id FROM crowded_prompts", Self.changedTips)))
            WHERE prompt_id IN (SELECT id FROM prompts) ORDER BY prompt_id
            """, [])
    }

    /// Of these prompts those with a crowded branch.
    fileprivate static func crowded(_ candidates: String...) -> String {
        """
        SELECT prompt_id FROM tips WHERE prompt_id IN (\(candidates.joined(separator: " UNION ")))
        GROUP BY prompt_id, branch HAVING count(*) > 1
        """
    }

    /// Whose tips were written since, folded or not.
    fileprivate static let changedTips = """
        SELECT prompt_id FROM tips WHERE id IN (
            SELECT id FROM row_clocks WHERE position > (SELECT position FROM crowding_state)
                AND +tbl = \(SyncedTable.tips.number)
            UNION ALL SELECT id FROM change_log WHERE tbl = \(SyncedTable.tips.number))
        """
}

extension WriteTransaction {
    /// So many rows may be read by each who asks, before somebody who writes anyway notes the outcome.
    private static let positionsBehindMax: Int64 = 1000

    /// To be called when much may have changed.
    func noteCrowdedPrompts() throws {
        let noted = try statement("SELECT position FROM crowding_state").first([]) { $0.integer(0) } ?? 0
        guard identity.lastPosition - noted > Self.positionsBehindMax else { return }
        try execute("INSERT OR IGNORE INTO crowded_prompts \(ReadTransaction.crowded(ReadTransaction.changedTips))", [])
        let still = ReadTransaction.crowded("SELECT prompt_id FROM crowded_prompts")
        try execute("DELETE FROM crowded_prompts WHERE prompt_id NOT IN (\(still))", [])
        try execute("UPDATE crowding_state SET position = ?", [.integer(identity.lastPosition)])
    }
}
