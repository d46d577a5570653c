import Changesets
import FoundationEssentials
import ReplicaStore

extension Measurement {
    /// Bytes that travel a row, against the same rows as one JSON array, an object a row, through
    /// zlib at the same level; and the time it takes to make either.
    static let wire = Measurement("wire") { bench in
        let (session, notes) = SessionExtension.ifAny()
        let replica = try bench.filledReplica()
        let (ours, theirs) = try await times(replica, bench)
        let rows = WireRows(bench.rows, renamed: bench.shuffledBatches)
        let sent = try replica.changesets(of: rows)
        try replica.close()
        var figures = try sizes(sent.inserts, sent.updates, bench)
        figures.append(Figure("wire.encode", "exporting the inserts, to writing that JSON", ours: ours, peer: theirs))
        if let session {
            figures += try sessionSizes("wire.session", "", sent, rows, session, bench)
            let few = WireRows(PromptRow.ofFewWords(bench.rows.count, by: bench.user))
            let sent = try bench.withReplica { replica in
                try replica.insert(Workbench.cut(few.rows))
                return try replica.changesets(of: few)
            }
            figures += try sessionSizes("wire.few", ", of few words", sent, few, session, bench)
        }
        return Findings(figures: figures, notes: notes)
    }

    private typealias Sent = (inserts: [UInt8], updates: [UInt8])

    /// Against what the session extension makes of the same changes, through zlib.
    private static func sessionSizes(
        _ name: String, _ kind: String, _ sent: Sent, _ rows: WireRows, _ session: SessionExtension, _ bench: Workbench
    ) throws -> [Figure] {
        let noted = try bench.withPlainTable { table in
            let inserts = try table.recorded(by: session) { try table.insert([rows.rows]) }
            return (inserts, try table.recorded(by: session) { try table.rename(rows.renamed) })
        }
        let count = rows.rows.count
        func figure(_ name: String, _ what: String, _ ours: [UInt8], _ theirs: [UInt8]) -> Figure {
            let theirs = Zlib.deflated(theirs, level: 6)
            return Figure(
                name, "\(what)\(kind), to a session's changeset with zlib", .bytesPerRow, ours: .each(ours, count),
                peer: .each(theirs, count), bar: .ratio(atMost: 1))
        }
        return [
            figure("\(name).insert", "the rows", sent.inserts, noted.0),
            figure("\(name).update", "one-column updates", sent.updates, noted.1),
        ]
    }

    private static func times(_ replica: Replica, _ bench: Workbench) async throws -> (Samples, Samples) {
        let (ours, theirs) = (Samples(), Samples())
        try await bench.rounds(
            { _ = try ours.time { try replica.changeset() } },
            { _ = try theirs.time { try compressedJSON(bench.rows.map { JSONPrompt($0, name: $0.name) }) } })
        return (ours, theirs)
    }

    private static func sizes(_ inserts: [UInt8], _ updates: [UInt8], _ bench: Workbench) throws -> [Figure] {
        let count = bench.rows.count
        let whole = try compressedJSON(bench.rows.map { JSONPrompt($0, name: $0.name) })
        let changed = bench.shuffledBatches.flatMap { $0 }
        let renamed = try compressedJSON(changed.map { JSONPrompt($0, name: $0.newName) })
        let names = try compressedJSON(changed.map { JSONRename($0) })
        return [
            Figure("wire.insert", "the rows", .bytesPerRow, ours: .each(inserts, count), peer: .each(whole, count)),
            Figure(
                "wire.update", "one-column updates, to those rows as whole objects", .bytesPerRow,
                ours: .each(updates, count), peer: .each(renamed, count)),
            Figure(
                "wire.update.column", "one-column updates, to objects of the id and that column", .bytesPerRow,
                ours: .each(updates, count), peer: .each(names, count)),
        ]
    }

    private static func compressedJSON(_ rows: [some Encodable]) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return Zlib.deflated([UInt8](try encoder.encode(rows)), level: 6)
    }
}

extension Samples {
    fileprivate static func each(_ bytes: [UInt8], _ rows: Int) -> Samples {
        Samples([Double(bytes.count) / Double(rows)])
    }
}

/// Rows that are inserted, and the order in which they are renamed.
private struct WireRows {
    let rows: [PromptRow]
    let renamed: [[PromptRow]]

    init(_ rows: [PromptRow], renamed: [[PromptRow]]? = nil) {
        var dice = SplitMix64(state: 3)
        self.rows = rows
        self.renamed = renamed ?? Workbench.cut(rows.shuffled(using: &dice))
    }
}

extension Replica {
    /// What it sends of rows that are in it, and then of their new names.
    fileprivate func changesets(of rows: WireRows) throws -> (inserts: [UInt8], updates: [UInt8]) {
        let inserts = try changeset()
        try rename(rows.renamed)
        return (inserts.bytes, try changeset(since: inserts.next).bytes)
    }
}
