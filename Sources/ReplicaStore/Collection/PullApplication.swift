internal import Changesets
internal import GRDB
internal import SyncEngine

/// Takes what a pull has staged, page after page: first what was collected up to there, then the rows. To
/// be run folded, with triggers off, and once the floor is known.
struct PullApplication {
    private let transaction: WriteTransaction
    private var applying: Applying
    private var collected = 0
    private var losses = Losses()

    init(_ transaction: WriteTransaction) throws {
        self.transaction = transaction
        applying = try Applying(transaction, from: .pull)
    }

    var outcome: PullOutcome {
        PullOutcome(
            changed: applying.summary.changed, conflicts: applying.summary.conflicts,
            skipped: applying.summary.denied, collected: collected, losses: losses)
    }

    /// - Parameters:
    ///   - last: a page behind the staged ones.
    ///   - progress: called with the number of pages joined, and of all.
    mutating func run(and last: StagedPage?, _ progress: (Int, Int) -> Void) throws {
        let staged =
            try Int.fetchOne(transaction.database.keptStatement("SELECT count(*) FROM staged_pages")) ?? 0
        let count = staged + (last == nil ? 0 : 1)
        var joined = 0
        let isBootstrap =
            try transaction.statement("SELECT bootstrapping FROM remote").first([]) { $0.integer(0) != 0 } ?? false
        if isBootstrap { try beginBootstrap() }
        let pages = try SQLStatement(
            transaction.database, "SELECT page, collected, departed FROM staged_pages ORDER BY n")
        try pages.forEach { page in
            try take(page.bytes(0), [RowName](encoded: page.bytes(1)), [RowName](encoded: page.bytes(2)))
            joined += 1
            progress(joined, count)
        }
        if let last {
            try take(last.page, last.collected, last.departed)
            progress(count, count)
        }
        if isBootstrap { try endBootstrap() }
        try applying.finish()
    }

    private mutating func take(_ page: [UInt8], _ collected: [RowName], _ departed: [RowName]) throws {
        try drop(collected)
        losses = losses + (try Losing(transaction).lose(departed))
        if !page.isEmpty { try applying.apply(ChangesetPage(encoded: page[...])) }
    }

    private mutating func drop(_ names: [RowName]) throws {
        var dropping = try CollectedRows(transaction, names)
        try dropping.run()
        collected += dropping.dropped
    }

    /// What was written since the push goes with the next one, whole.
    private mutating func beginBootstrap() throws {
        try transaction.completeDirtyRoots()
        try transaction.execute("UPDATE row_clocks SET dirty = 2 WHERE dirty = 0", [])
        applying.clearsDoubt = true
    }

    /// What the server neither has nor was sent is not there any more.
    private mutating func endBootstrap() throws {
        for key in try transaction.doubtedRows() {
            try transaction.eraseWithJournal(key)
            collected += 1
        }
    }
}

/// Drops the rows that the server has collected, but what was edited here since: a root that was, with
/// all that belongs to it.
private struct CollectedRows {
    private let transaction: WriteTransaction
    private let keys: [RowKey]
    private(set) var dropped = 0

    init(_ transaction: WriteTransaction, _ names: [RowName]) throws {
        self.transaction = transaction
        keys = try names.compactMap { name in
            try transaction.rows.table(named: name.table).map { RowKey(table: $0.number, id: name.row) }
        }
    }

    mutating func run() throws {
        guard !keys.isEmpty else { return }
        let floor = try transaction.reading.floor()
        var kept: Set<RowKey> = []
        for key in keys {
            guard let clock = try transaction.clocks.entry(key)?.clock, !clock.isCovered(by: floor) else { continue }
            kept.insert(key)
            if transaction.tables.numbered(key.table).map(transaction.tables.isRoot) == true {
                try keepChildren(of: key, &kept)
            }
        }
        for key in keys where try !kept.contains(key) && transaction.clocks.entry(key) != nil {
            try transaction.eraseWithJournal(key)
            dropped += 1
        }
    }

    /// Whoever brings a root back brings all of it.
    private func keepChildren(of root: RowKey, _ kept: inout Set<RowKey>) throws {
        for key in try [root] + transaction.children(of: root) {
            kept.insert(key)
            try transaction.clocks.markDirty(key)
        }
    }
}

extension WriteTransaction {
    /// After an answer to a push: of the rows named, those that have not changed since they were sent.
    func drop(_ names: [RowName], upTo head: Int64) throws {
        // Switching triggers costs more than the rest of a small push.
        guard !names.isEmpty else { return }
        try withoutCapture {
            for name in names {
                guard let table = try rows.table(named: name.table) else { continue }
                let key = RowKey(table: table.number, id: name.row)
                guard let entry = try clocks.entry(key), entry.position <= head else { continue }
                try eraseWithJournal(key)
            }
        }
    }

    /// Sees to it that all rows of living roots that are to be pushed are pushed too.
    fileprivate func completeDirtyRoots() throws {
        for table in tables.all.filter(tables.isRoot) {
            var roots: [RowKey] = []
            let select = try statement(
                "SELECT id FROM row_clocks WHERE tbl = ? AND dirty = 1 AND id IN (SELECT id FROM \(table.name))")
            try select.forEach([.integer(Int64(table.number))]) {
                if let id = $0.rowID(0) { roots.append(RowKey(table: table.number, id: id)) }
            }
            for root in roots { for child in try children(of: root) { try clocks.markDirty(child) } }
        }
    }

    fileprivate func doubtedRows() throws -> [RowKey] {
        var found: [RowKey] = []
        try statement("SELECT tbl, id FROM row_clocks WHERE dirty = 2").forEach { row in
            if let id = row.rowID(1) { found.append(RowKey(table: Int(row.integer(0)), id: id)) }
        }
        return found
    }
}

extension Replica {
    package func beginBootstrap() throws {
        try writeUncaptured { transaction in
            try transaction.fold()
            // Pages of a pull from elsewhere than 0 lack what comes before.
            try transaction.execute(
                "DELETE FROM staged_pages WHERE EXISTS (SELECT 1 FROM remote WHERE bootstrapping = 0 AND position > 0)",
                [])
            try transaction.execute("UPDATE remote SET bootstrapping = 1", [])
            try transaction.completeDirtyRoots()
        }
    }

    package func dropOldStaged() throws {
        let terms = surroundings.collection
        let stagedAt = try readOne {
            try Int64.fetchOne($0.database.keptStatement("SELECT min(staged_at) FROM staged_pages"))
        }
        guard let stagedAt else { return }
        try writeUncaptured { transaction in
            guard abs(transaction.now - stagedAt) >= terms.staging else { return }
            try transaction.execute("DELETE FROM staged_pages", [])
        }
    }
}
