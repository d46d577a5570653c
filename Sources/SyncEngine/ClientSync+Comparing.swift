internal import Changesets
internal import FoundationEssentials
internal import SyncProtocol

extension Comparison {
    enum Purpose {
        /// What this replica remembers of the server's rows is not what the server has.
        case repair
        /// The server publishes in a new order: what it still has need not be pushed again.
        case newEpoch(mark: Int64)
    }
}

/// Rows that are got out of turn.
struct Fetching {
    enum Purpose {
        /// Rows that a comparison found, and the others, which the server lacks.
        case repair(lacking: [RowName])
        case newEpoch(mark: Int64, differing: [RowName], lacking: [RowName], position: UInt64)
        /// Rows that a scrub found damaged.
        case mending
    }

    var rows: ArraySlice<RowName>
    var purpose: Purpose
}

/// Finding out where a replica and its server differ, and putting it right. Repair joins both ways.
extension ClientSync {
    /// The last page of a pull names the digest of all that the server publishes.
    mutating func verify(_ reply: PullReply) throws -> SyncRequest? {
        let theirs = HashSum(rows: reply.digest.rows, sum: reply.digest.sum)
        guard reply.hasDigest, !wasCompared, try storage.publishedDigest() != theirs else { return try mend() }
        wasCompared = true
        try storage.recountDigest()
        guard try storage.publishedDigest() != theirs else { return try mend() }
        return try ask(try Comparison(storage.forEachHash), .repair)
    }

    mutating func compareInNewEpoch() throws -> SyncRequest? {
        let mark = try storage.assumePublished()
        return try ask(try Comparison(storage.forEachHash), .newEpoch(mark: mark))
    }

    private mutating func ask(_ comparison: Comparison, _ purpose: Comparison.Purpose) throws -> SyncRequest? {
        var comparison = comparison
        guard let buckets = comparison.next() else { return try settle(comparison, purpose) }
        phase = .comparing(comparison, purpose)
        var request = DigestRequest()
        request.workspaceID = Data(identity.workspace.bytes)
        request.replicaID = Data(identity.replica.bytes)
        request.epoch = server.epoch
        request.followsSeq = server.lastSeq
        request.followsNonce = server.lastNonce
        request.viewHash = viewHash
        request.buckets = buckets
        return .digest(request)
    }

    mutating func compared(
        _ reply: DigestReply, _ comparison: Comparison, _ purpose: Comparison.Purpose
    ) throws -> SyncRequest? {
        var comparison = comparison
        try comparison.take(reply)
        return try ask(comparison, purpose)
    }

    private mutating func settle(_ comparison: Comparison, _ purpose: Comparison.Purpose) throws -> SyncRequest? {
        let (wanted, lacking) = (comparison.wanted, comparison.lacking)
        summary.repaired += wanted.count + lacking.count
        switch purpose {
        case .repair: return try fetch(Fetching(rows: wanted[...], purpose: .repair(lacking: lacking)))
        case .newEpoch(let mark):
            let position = comparison.head ?? 0
            return try fetch(
                Fetching(
                    rows: wanted[...],
                    purpose: .newEpoch(mark: mark, differing: wanted, lacking: lacking, position: position)))
        }
    }

    private mutating func fetch(_ fetching: Fetching) throws -> SyncRequest? {
        guard !fetching.rows.isEmpty else { return try finish(fetching) }
        phase = .fetching(fetching)
        var request = RowsRequest()
        request.workspaceID = Data(identity.workspace.bytes)
        request.replicaID = Data(identity.replica.bytes)
        request.epoch = server.epoch
        request.followsSeq = server.lastSeq
        request.followsNonce = server.lastNonce
        request.viewHash = viewHash
        request.rows = RowNaming.messages(Array(fetching.rows.prefix(SyncLimits.namesPerRequestMax)))
        return .rows(request)
    }

    mutating func fetched(_ reply: RowsReply, _ fetching: Fetching) throws -> SyncRequest? {
        var fetching = fetching
        guard reply.lookedAt > 0, reply.lookedAt <= UInt64(min(fetching.rows.count, SyncLimits.namesPerRequestMax))
        else { throw SyncRefusal(.malformed, "the server did not look at the rows that it was asked for") }
        // Asked table by table, so that is the order of what was looked at.
        let asked = fetching.rows.prefix(SyncLimits.namesPerRequestMax)
        let looked = try RowNaming.rows(RowNaming.messages(Array(asked))).prefix(Int(reply.lookedAt))
        let closed = Set(looked)
        fetching.rows = (asked.filter { !closed.contains($0) } + fetching.rows.dropFirst(asked.count))[...]
        if !reply.page.isEmpty {
            let position = try stagedEnd(of: fetching.purpose)
            let page = StagedPage(page: Array(reply.page), collected: [], next: position)
            try storage.stage(page, in: Array(server.epoch))
        }
        return try fetch(fetching)
    }

    /// Where the pull goes on after what is fetched.
    private func stagedEnd(of purpose: Fetching.Purpose) throws -> UInt64 {
        if case .newEpoch(_, _, _, let position) = purpose { return position }
        return try storage.remoteState()?.position ?? 0
    }

    private mutating func finish(_ fetching: Fetching) throws -> SyncRequest? {
        if case .newEpoch(let mark, let differing, let lacking, let position) = fetching.purpose {
            try storage.settleEpoch(differing: differing, lacking: lacking, asOf: mark, position: position)
        }
        guard try applyStaged(upTo: storage.remoteState()?.position ?? 0) else { return try startAgain() }
        switch fetching.purpose {
        case .newEpoch:
            try storage.noteHeld()
            return try push()
        case .mending: return end()
        case .repair(let lacking):
            guard !lacking.isEmpty else { return try mend() }
            try storage.giveBack(lacking)
            return try push()
        }
    }

    /// At the end of a sync: some rows are looked at, and those that are damaged are got anew.
    private mutating func mend() throws -> SyncRequest? {
        let damaged = try storage.scrub()
        summary.damaged += damaged.count
        return try fetch(Fetching(rows: damaged[...], purpose: .mending))
    }
}
