internal import AccessControl
internal import Changesets
internal import FoundationEssentials
internal import SwiftProtobuf
internal import SyncProtocol

typealias Digest = Offbook_Sync_V1_Digest

extension Digest {
    init(_ sum: HashSum) {
        self.init()
        rows = sum.rows
        self.sum = sum.sum
    }
}

/// What a server answers to a client that looks for where the two differ.
extension ServerSync {
    func digest(_ request: DigestRequest) throws -> DigestReply {
        let follows = AcknowledgedTransaction(seq: request.followsSeq, nonce: Array(request.followsNonce))
        try checkFollows(try replica(request.replicaID), Array(request.epoch), Array(request.workspaceID), follows)
        try checkView(request.viewHash)
        let prefixes = request.buckets
        guard !prefixes.isEmpty, prefixes.count <= SyncLimits.bucketsPerRequestMax,
            prefixes.allSatisfy({ $0.count <= 2 })
        else { throw SyncRefusal(.malformed, "digests are asked for with 1 to 256 prefixes of up to 2 bytes") }
        return prefixes.contains { $0.count == 2 } ? try hashes(prefixes) : try digests(prefixes)
    }

    private func digests(_ prefixes: [Data]) throws -> DigestReply {
        var digests = BucketDigests()
        var reply = DigestReply()
        reply.headPosition = try storage.forEachPublished(in: actor.view) { row, hash in digests.add(hash, of: row.row)
        }
        reply.buckets = prefixes.map { prefix in
            .with { $0.digests = (digests.below(prefix) ?? []).map(Digest.init) }
        }
        return reply
    }

    /// Those of the first bucket, and of as many more as there is room for.
    private func hashes(_ prefixes: [Data]) throws -> DigestReply {
        let buckets = prefixes.map { Bucket($0) }
        guard !buckets.contains(nil) else {
            throw SyncRefusal(.malformed, "prefixes of 2 bytes and shorter ones go in requests of their own")
        }
        var rows: [Bucket: [(RowName, UInt64)]] = [:]
        let asked = Set(buckets.compactMap { $0 })
        var reply = DigestReply()
        reply.headPosition = try storage.forEachPublished(in: actor.view) { row, hash in
            let bucket = Bucket(of: row.row)
            if asked.contains(bucket) { rows[bucket, default: []].append((row, hash)) }
        }
        var count = 0
        for bucket in buckets.compactMap({ $0 }) {
            let found = rows[bucket] ?? []
            count += found.count
            if !reply.buckets.isEmpty, count > SyncLimits.namesPerRequestMax { break }
            reply.buckets.append(.with { $0.rows = Self.hashedRows(found) })
        }
        return reply
    }

    private static func hashedRows(_ rows: [(RowName, UInt64)]) -> [Offbook_Sync_V1_HashedRows] {
        let hashes = Dictionary(rows, uniquingKeysWith: { $1 })
        return RowNaming.messages(rows.map(\.0)).map { names in
            .with {
                $0.names = names
                $0.hashes = ((try? RowNaming.rows([names])) ?? []).compactMap { hashes[$0] }
            }
        }
    }

    func rows(_ request: RowsRequest) throws -> RowsReply {
        let follows = AcknowledgedTransaction(seq: request.followsSeq, nonce: Array(request.followsNonce))
        try checkFollows(try replica(request.replicaID), Array(request.epoch), Array(request.workspaceID), follows)
        try checkView(request.viewHash)
        let names = try RowNaming.rows(request.rows)
        guard !names.isEmpty, names.count <= SyncLimits.namesPerRequestMax else {
            throw SyncRefusal(.malformed, "rows are asked for by 1 to \(SyncLimits.namesPerRequestMax) ids")
        }
        let found = try storage.states(of: names, in: actor.view)
        var reply = RowsReply()
        reply.page = Data(found.page)
        reply.lookedAt = UInt64(found.lookedAt)
        return reply
    }
}
