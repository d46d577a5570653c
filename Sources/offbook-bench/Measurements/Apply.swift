import Changesets
import ReplicaStore

extension Measurement {
    /// Joining a changeset, against plain inserts or updates of the same rows. A changeset is
    /// joined in one transaction, so the plain statements run in one too.
    static let apply = Measurement("apply") { bench in
        let (inserts, updates) = try bench.withReplica { try changesets($0, bench) }
        let (plainInsert, plainUpdate) = (Samples(), Samples())
        let (empty, held, renamed, decode) = (Samples(), Samples(), Samples(), Samples())
        try bench.rounds(
            nil,
            {
                try bench.withPlainTable { table in
                    try plainInsert.time { try table.insert([bench.rows]) }
                    try plainUpdate.time { try table.rename([bench.shuffledBatches.flatMap { $0 }]) }
                }
            },
            {
                try bench.withReplica { replica in
                    try decode.time { try readPages(inserts) }
                    try empty.time { _ = try replica.join(ChangesetFile(inserts)) }
                    try held.time { _ = try replica.join(ChangesetFile(inserts)) }
                    try renamed.time { _ = try replica.join(ChangesetFile(updates)) }
                }
            })
        return [
            Figure("apply", "joining into an empty replica, to raw inserts", ours: empty, peer: plainInsert),
            Figure("apply.decode", "reading the changeset alone, to raw inserts", ours: decode, peer: plainInsert),
            Figure("apply.again", "joining what is there already, to raw inserts", ours: held, peer: plainInsert),
            Figure("apply.update", "joining one-column updates, to raw updates", ours: renamed, peer: plainUpdate),
        ]
    }

    /// The rows as they were inserted, and as they were after a rename of each.
    private static func changesets(_ replica: Replica, _ bench: Workbench) throws -> ([UInt8], [UInt8]) {
        try replica.insert(bench.batches)
        let inserts = try replica.changeset()
        try replica.rename(bench.shuffledBatches)
        return (inserts.bytes, try replica.changeset(since: inserts.next).bytes)
    }

    private static func readPages(_ file: [UInt8]) throws {
        for page in try ChangesetFile(file).pages { _ = try ChangesetPage(encoded: page) }
    }
}
