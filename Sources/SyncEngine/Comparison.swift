package import Changesets
internal import FoundationEssentials
internal import SyncProtocol

/// One of 65,536 parts of a workspace's rows, by the last two bytes of their ids: these are random in
/// every id, where the first bytes of a UUIDv7 are its time.
package struct Bucket: Hashable, Sendable {
    /// The last byte of the id, then the one before it.
    package let number: UInt16

    package init(of row: RowID) { number = row.bytes.suffix(2).reversed().reduce(0) { $0 << 8 | UInt16($1) } }

    /// Nil unless there are two bytes.
    package init?(_ prefix: some Collection<UInt8>) {
        guard prefix.count == 2 else { return nil }
        number = prefix.reduce(0) { $0 << 8 | UInt16($1) }
    }
}

/// The digests of all buckets.
package struct BucketDigests {
    private var sums = [HashSum](repeating: HashSum(), count: 1 << 16)

    package init() {}

    package mutating func add(_ hash: UInt64, of row: RowID) { sums[Int(Bucket(of: row).number)].add(hash) }

    package var total: HashSum { sums.reduce(into: HashSum()) { $0.add($1) } }

    /// Those of the 256 buckets below a prefix.
    ///
    /// - Parameter prefix: of 0 or 1 bytes; nil for any other.
    package func below(_ prefix: some Collection<UInt8>) -> [HashSum]? {
        switch prefix.count {
        case 0: (0..<256).map { first in sums[first << 8..<(first + 1) << 8].reduce(into: HashSum()) { $0.add($1) } }
        case 1: prefix.first.map { Array(sums[Int($0) << 8..<(Int($0) + 1) << 8]) }
        default: nil
        }
    }
}

/// Finds the rows in which this replica and its server differ: by the digests of 256 parts, by those
/// of the 256 parts of each that differs, and by the hashes of the rows in there.
struct Comparison {
    /// Asked for at once; a server may answer the first ones only.
    private static let bucketsMax = SyncLimits.bucketsPerRequestMax
    /// Of how many rows the hashes are asked for at once.
    private static let rowsMax = UInt64(SyncLimits.namesPerRequestMax)

    private let digests: BucketDigests
    private let hashes: ((RowName, UInt64) throws -> Void) throws -> Void
    private var asked: [Data] = []
    /// Prefixes that are yet to be asked for, with about the rows below each.
    private var open: [(prefix: Data, rows: UInt64)]
    private var local: [Bucket: [RowName: UInt64]]?
    /// The server's position when it first answered.
    private(set) var head: UInt64?
    /// What the server has and this replica has not, or has another state of.
    private(set) var wanted: [RowName] = []
    /// What the server has not.
    private(set) var lacking: [RowName] = []

    /// - Parameter hashes: calls its argument with each row here, and its hash.
    init(_ hashes: @escaping ((RowName, UInt64) throws -> Void) throws -> Void) throws {
        self.hashes = hashes
        var digests = BucketDigests()
        try hashes { row, hash in digests.add(hash, of: row.row) }
        self.digests = digests
        open = [(Data(), 0)]
    }

    /// What to ask for next; nil when all is known.
    mutating func next() -> [Data]? {
        guard let first = open.first else { return nil }
        var rows: UInt64 = 0
        let fitting = open.prefix(Self.bucketsMax).prefix { next in
            rows = rows.addingReportingOverflow(next.rows).partialValue
            let isOfRows = next.prefix.count == 2
            return next.prefix.count == first.prefix.count
                && (!isOfRows || rows <= Self.rowsMax || next.prefix == first.prefix)
        }
        asked = fitting.map(\.prefix)
        return asked
    }

    mutating func take(_ reply: DigestReply) throws {
        guard !reply.buckets.isEmpty, reply.buckets.count <= asked.count else { throw Self.misfit }
        head = head ?? reply.headPosition
        let answered = asked.prefix(reply.buckets.count)
        let closed = Set(answered)
        open.removeAll { closed.contains($0.prefix) }
        for (prefix, bucket) in zip(answered, reply.buckets) {
            if prefix.count < 2 { try descend(prefix, bucket) } else { try compare(prefix, bucket) }
        }
    }

    private mutating func descend(_ prefix: Data, _ bucket: Offbook_Sync_V1_Bucket) throws {
        guard let mine = digests.below(prefix), bucket.digests.count == mine.count else { throw Self.misfit }
        for (place, theirs) in bucket.digests.enumerated() {
            if HashSum(rows: theirs.rows, sum: theirs.sum) != mine[place] {
                // At the end, so that all buckets that differ are known before the first one's rows are asked for.
                open.append((prefix + [UInt8(place)], theirs.rows))
            }
        }
    }

    private mutating func compare(_ prefix: Data, _ bucket: Offbook_Sync_V1_Bucket) throws {
        var mine = try rows(in: prefix)
        for rows in bucket.rows {
            let names = try RowNaming.rows([rows.names])
            guard names.count == rows.hashes.count else { throw Self.misfit }
            for (name, hash) in zip(names, rows.hashes) where mine.removeValue(forKey: name) != hash {
                wanted.append(name)
            }
        }
        lacking += mine.keys.sorted { ($0.table, $0.row) < ($1.table, $1.row) }
    }

    private mutating func rows(in prefix: Data) throws -> [RowName: UInt64] {
        if local == nil { local = try readRows() }
        return Bucket(prefix).flatMap { local?[$0] } ?? [:]
    }

    /// Those of the buckets that differ.
    private func readRows() throws -> [Bucket: [RowName: UInt64]] {
        let differing = Set((open.map(\.prefix) + asked).compactMap { Bucket($0) })
        var found: [Bucket: [RowName: UInt64]] = [:]
        try hashes { row, hash in
            let bucket = Bucket(of: row.row)
            if differing.contains(bucket) { found[bucket, default: [:]][row] = hash }
        }
        return found
    }

    private static var misfit: SyncRefusal { SyncRefusal(.malformed, "the server's digests do not fit what was asked") }
}
