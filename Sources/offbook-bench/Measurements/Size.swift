import Glibc
import ReplicaStore

extension Measurement {
    /// Bytes of the database file a row, against the plain table's file: the write-ahead log is in
    /// it, nothing is vacuumed.
    static let size = Measurement("size") { bench in
        let bar = Bar.ratio(atMost: 1.25)
        let plain = try bench.plainFileSize { _ in }
        let renamed = try bench.plainFileSize { try $0.rename(bench.shuffledBatches) }
        let logged = try bench.withReplica { try bench.fileSize($0) { try $0.insert(bench.batches) } }
        let folded = try bench.withFilledReplica { try bench.fileSize($0) { _ in } }
        let sent = try bench.withReplica { server in
            try bench.withFilledReplica { try bench.fileSize($0) { try synchronize($0, with: server) } }
        }
        let updated = try bench.withFilledReplica { replica in
            try bench.fileSize(replica) {
                try $0.rename(bench.shuffledBatches)
                try $0.foldPending()
            }
        }
        return [
            Figure("size.logged", "inserted and not folded yet", .bytesPerRow, ours: logged, peer: plain),
            Figure("size", "inserted and folded", .bytesPerRow, ours: folded, peer: plain, bar: bar),
            Figure("size.sent", "inserted, and the server has them", .bytesPerRow, ours: sent, peer: plain, bar: bar),
            Figure(
                "size.updated", "each row renamed since, and folded, to the plain table so renamed", .bytesPerRow,
                ours: updated, peer: renamed, bar: bar),
        ]
    }
}

extension Workbench {
    /// After `body`, and with the log written into the file.
    fileprivate func fileSize(_ replica: Replica, _ body: (Replica) throws -> Void) throws -> Samples {
        try body(replica)
        try replica.close()
        return try bytesPerRow(replica.path)
    }

    fileprivate func plainFileSize(_ body: (PromptTable) throws -> Void) throws -> Samples {
        try withFilledTable { table in
            try body(table)
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
