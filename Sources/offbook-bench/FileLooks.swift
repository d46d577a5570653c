import GRDB
import ReplicaStore

/// Past Offbook, on connections of their own.
extension Replica {
    func rowCount(of table: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        let count = try queue.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") ?? 0 }
        try queue.close()
        return count
    }

    func writeLogIntoFile() throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try queue.close()
    }
}
