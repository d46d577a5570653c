import Changesets
import FoundationEssentials
import ReplicaStore

extension Measurement {
    /// Bytes that travel a row, against the same rows as one JSON array, an object a row, through
    /// zlib at the same level; and the time it takes to make either.
    static let wire = Measurement("wire") { bench in
        try bench.withFilledReplica { replica in
            let (ours, theirs) = try times(replica, bench)
            let inserts = try replica.changeset()
            try replica.rename(bench.shuffledBatches)
            let updates = try replica.changeset(since: inserts.next).bytes
            return try sizes(inserts.bytes, updates, bench) + [
                Figure("wire.encode", "exporting the inserts, to writing that JSON", ours: ours, peer: theirs)
            ]
        }
    }

    private static func times(_ replica: Replica, _ bench: Workbench) throws -> (Samples, Samples) {
        let (ours, theirs) = (Samples(), Samples())
        try bench.rounds(
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

/// A prompt as a peer that speaks JSON would send it: every column that is not null.
private struct JSONPrompt: Encodable {
    let id: String
    let name: String
    let description: String
    let category: String
    let status = "active"
    let visibility = "workspace"
    let isTemplate = false
    let templateFormat = "none"
    let createdAt: Int64
    let createdBy: String

    init(_ row: PromptRow, name: String) {
        id = uuidText(row.id)
        self.name = name
        description = row.description
        category = row.category
        createdAt = row.createdAt
        createdBy = uuidText(row.createdBy)
    }
}

/// What a peer would send that knows which column changed.
private struct JSONRename: Encodable {
    let id: String
    let name: String

    init(_ row: PromptRow) {
        id = uuidText(row.id)
        name = row.newName
    }
}

/// As RFC 9562 writes it, with dashes.
private func uuidText(_ id: RowID) -> String {
    var text = ""
    for (place, digit) in id.hex.enumerated() {
        if [8, 12, 16, 20].contains(place) { text.append("-") }
        text.append(digit)
    }
    return text
}
