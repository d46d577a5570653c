internal import Changesets
internal import ReplicaStore

/// How the reference's terms read in a message.
extension ReplicaID {
    var shown: String { String(rowID.hex.prefix(4)) }
}

extension Dictionary<ReplicaID, UInt64> {
    var shown: String { "{" + map { "\($0.shown):\($1)" }.sorted().joined(separator: " ") + "}" }
}

extension Set<TrueDot> {
    var shown: String { ReferenceRow.vector(self).shown }
}

extension Optional<TrueStamp> {
    var shown: String {
        map { "\(shownTime($0.time)) \($0.dot.dot.replica.shown):\($0.dot.dot.seq)" } ?? "nothing"
    }
}

extension Optional<Stamp> {
    var shown: String { map { "\(shownTime($0.time.rawValue)) \($0.dot.replica.shown):\($0.dot.seq)" } ?? "nothing" }
}

/// Milliseconds and the counter.
private func shownTime(_ raw: Int64) -> String { "\(raw >> 16).\(raw & 0xFFFF)" }

extension Value {
    var shown: String {
        switch self {
        case .null: "NULL"
        case .text: "“\((text ?? "").prefix(60))”"
        default: String((text ?? "").prefix(32))
        }
    }
}

extension StoredRow {
    func shown(_ key: Key) -> String {
        let columns = tables[key.table]?.columns ?? []
        let cells = zip(columns, values).enumerated().map { place, cell in
            "\(cell.0)=\(cell.1.shown)@\(clock.columns[place].shown)"
        }
        let side = isPresent ? "alive" : "deleted"
        return "\(key) \(side) E\(clock.edits.seqs.shown) D\(clock.deletes.seqs.shown) \(cells.joined(separator: " "))"
    }
}
