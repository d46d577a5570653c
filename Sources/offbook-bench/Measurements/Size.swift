import Glibc
import ReplicaStore

extension Measurement {
    /// Bytes of the database file a row, against the plain table's file: the write-ahead log is in
    /// it, nothing is vacuumed.
    static let size = Measurement("size") { bench in
        let plain = try bench.fileSize(plainWith: bench.batches)
        return [
            Figure(
                "size.logged", "inserted and not folded yet", .bytesPerRow,
                ours: try bench.fileSize { try $0.insert(bench.batches) }, peer: plain),
            Figure(
                "size", "inserted and folded", .bytesPerRow,
                ours: try bench.fileSize { try $0.fill(bench) }, peer: plain),
            Figure(
                "size.updated", "and each row renamed since, and folded", .bytesPerRow,
                ours: try bench.fileSize {
                    try $0.fill(bench)
                    try $0.rename(bench.shuffledBatches)
                    try $0.foldPending()
                }, peer: plain),
        ]
    }
}

extension Replica {
    fileprivate func fill(_ bench: Workbench) throws {
        try insert(bench.batches)
        try foldPending()
    }
}

extension Workbench {
    fileprivate func fileSize(_ body: (Replica) throws -> Void) throws -> Samples {
        try withReplica { replica in
            try body(replica)
            try replica.close()
            return try bytesPerRow(replica.path)
        }
    }

    fileprivate func fileSize(plainWith batches: [[PromptRow]]) throws -> Samples {
        try withPlainTable { table in
            try table.insert(batches)
            try table.close()
            return try bytesPerRow(table.path)
        }
    }

    private func bytesPerRow(_ path: String) throws -> Samples {
        var status = stat()
        guard stat(path, &status) == 0 else { throw BenchError("\(path) is gone") }
        return Samples([Double(status.st_size) / Double(rows.count)])
    }
}
