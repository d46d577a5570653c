package import Changesets

/// How a case writes a row's vectors and stamps: `A:1 B:2`, `1000@A:7`, with letters for replicas.
package struct CaseNotation {
    private let replicas: [String: String]

    package init(replicas: [String: String]) { self.replicas = replicas }

    /// - Throws: `BadCase` also where the state is not as alive as the case says.
    package func clock(
        edits: String, deletes: String, deletion: String?, stamps: [String?], alive: Bool
    ) throws -> RowClock {
        var clock = RowClock()
        clock.edits = try vector(edits)
        clock.deletes = try vector(deletes)
        clock.deletion = try deletion.map(stamp)
        if clock != .appendOnly { clock.columns = ColumnStamps(try stamps.map { try $0.map(stamp) }) }
        guard clock.isAlive == alive else { throw BadCase("a state that is not as alive as it says") }
        return clock
    }

    private func vector(_ text: String) throws -> VersionVector {
        VersionVector(try text.split(separator: " ").map(dot))
    }

    private func dot(_ text: Substring) throws -> Dot {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let replica = try replicas[String(parts[0])]?.rowID, let seq = UInt64(parts[1]),
            let id = ReplicaID(replica.bytes)
        else { throw BadCase("the dot \(text)") }
        return Dot(replica: id, seq: seq)
    }

    package func stamp(_ text: String) throws -> Stamp {
        let parts = text.split(separator: "@")
        guard parts.count == 2, let time = Int64(parts[0]) else { throw BadCase("the stamp \(text)") }
        return Stamp(time: HybridTime(rawValue: time), dot: try dot(parts[1]))
    }
}
