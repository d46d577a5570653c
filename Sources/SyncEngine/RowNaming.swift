internal import Changesets
internal import FoundationEssentials
internal import SwiftProtobuf
internal import SyncProtocol

/// Row names as they travel: the ids of one table one after another.
enum RowNaming {
    static func messages(_ rows: [RowName]) -> [Offbook_Sync_V1_RowNames] {
        let groups = Dictionary(grouping: rows) { "\($0.table)/\($0.row.length)" }
        return groups.sorted { $0.key < $1.key }.map { _, rows in
            .with {
                $0.table = rows[0].table
                $0.idLength = UInt32(rows[0].row.length)
                $0.ids = Data(rows.flatMap(\.row.bytes))
            }
        }
    }

    /// - Throws: `SyncRefusal` for ids that are none.
    static func rows(_ messages: [Offbook_Sync_V1_RowNames]) throws -> [RowName] {
        try messages.flatMap { message in
            let length = Int(message.idLength)
            guard length == 16 || length == 32, message.ids.count.isMultiple(of: length) else {
                throw SyncRefusal(.malformed, "row ids of a wrong length")
            }
            let bytes = [UInt8](message.ids)
            return stride(from: 0, to: bytes.count, by: length).compactMap { start in
                RowID(bytes[start..<start + length]).map { RowName(table: message.table, row: $0) }
            }
        }
    }
}

extension [RowName] {
    /// For keeping them until they are applied.
    package var encoded: [UInt8] {
        get throws {
            if isEmpty { return [] }
            let message = Offbook_Sync_V1_PullReply.with { $0.collected = RowNaming.messages(self) }
            return try message.serializedBytes()
        }
    }

    /// - Throws: `ChangesetError` for bytes that `encoded` did not give.
    package init(encoded bytes: [UInt8]) throws {
        guard let message = try? Offbook_Sync_V1_PullReply(serializedBytes: bytes),
            let rows = try? RowNaming.rows(message.collected)
        else { throw ChangesetError.malformed("names of rows that can't be read") }
        self = rows
    }
}

/// A vector as it travels.
enum VectorCoding {
    static func entries(_ vector: VersionVector) -> [Offbook_Sync_V1_VectorEntry] {
        vector.entries.map { dot in
            .with {
                $0.replicaID = Data(dot.replica.bytes)
                $0.seq = dot.seq
            }
        }
    }

    /// - Throws: `SyncRefusal` for what is no vector.
    static func vector(_ entries: [Offbook_Sync_V1_VectorEntry]) throws -> VersionVector {
        let dots = try entries.map { entry in
            guard let replica = ReplicaID(entry.replicaID), entry.seq > 0, Int64(exactly: entry.seq) != nil else {
                throw SyncRefusal(.malformed, "a vector names what is no replica, or no transaction of it")
            }
            return Dot(replica: replica, seq: entry.seq)
        }
        return VersionVector(dots)
    }
}
