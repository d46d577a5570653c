internal import AccessControl
internal import Changesets
internal import GRDB

/// The audiences of a server's rows by their numbers, and the digest of the rows of each.
final class AudienceTable {
    private let database: Database
    private var numbers: [Audience: Int64] = [:]
    private var digests: [Int64: HashSum] = [:]

    init(_ database: Database) { self.database = database }

    /// The number of an audience, which is given to it where it has none.
    func number(of audience: Audience) throws -> Int64 {
        if let number = numbers[audience] { return number }
        let scopes: [Value] = [.blob(audience.bytes[...])]
        try SQLStatement(database, "INSERT OR IGNORE INTO audiences (scopes) VALUES (?)").run(scopes)
        let select = try SQLStatement(database, "SELECT number FROM audiences WHERE scopes = ?")
        guard let number = try select.first(scopes, { $0.integer(0) }) else {
            throw ReplicaError(.internalFault, "an audience got no number")
        }
        numbers[audience] = number
        return number
    }

    /// Counts a hash in the digest of one audience, and the one that was counted before out of another's.
    func count(
        _ hash: UInt64?, in audience: Int64?, insteadOf former: UInt64?, in formerAudience: Int64?
    ) throws {
        if let former, let formerAudience { try change(formerAudience) { $0.remove(former) } }
        if let hash, let audience { try change(audience) { $0.add(hash) } }
    }

    private func change(_ number: Int64, _ change: (inout HashSum) -> Void) throws {
        var digest = try digests[number] ?? stored(number)
        change(&digest)
        digests[number] = digest
    }

    private func stored(_ number: Int64) throws -> HashSum {
        try SQLStatement(database, "SELECT rows, sum FROM audiences WHERE number = ?").first([.integer(number)]) {
            HashSum(rows: UInt64(clamping: $0.integer(0)), sum: UInt64(bitPattern: $0.integer(1)))
        } ?? HashSum()
    }

    /// Makes each digest the sum of the hashes that are stored.
    func recount() throws {
        try database.execute(sql: "UPDATE audiences SET rows = 0, sum = 0")
        digests = [:]
        let select = try SQLStatement(
            database, "SELECT audience, hash FROM row_clocks WHERE hash IS NOT NULL AND audience IS NOT NULL")
        try select.forEach { row in
            if let hash = row.hash(1) { try change(row.integer(0)) { $0.add(hash) } }
        }
    }

    func readable(_ view: ReadView) throws -> Readable {
        if view.seesEverything { return Readable(nil) }
        var numbers: Set<Int64> = []
        try SQLStatement(database, "SELECT number, scopes FROM audiences").forEach { row in
            guard let audience = Audience(bytes: row.bytes(1)) else { return }
            if view.contains(audience) { numbers.insert(row.integer(0)) }
        }
        return Readable(numbers)
    }

    func store() throws {
        guard !digests.isEmpty else { return }
        let update = try SQLStatement(database, "UPDATE audiences SET rows = ?, sum = ? WHERE number = ?")
        for (number, digest) in digests {
            try update.run([
                .integer(Int64(clamping: digest.rows)), .integer(Int64(bitPattern: digest.sum)), .integer(number),
            ])
        }
        digests = [:]
    }
}

/// Which rows somebody may read, by the numbers of their audiences.
struct Readable {
    /// Nil for all.
    private let audiences: Set<Int64>?

    init(_ audiences: Set<Int64>?) { self.audiences = audiences }

    func contains(_ audience: Int64?) -> Bool {
        guard let audiences else { return true }
        return audience.map(audiences.contains) ?? false
    }

    var isEverything: Bool { audiences == nil }

    /// The sum over those audiences.
    func digest(_ database: Database) throws -> HashSum? {
        guard let audiences else { return nil }
        var sum = HashSum()
        try SQLStatement(database, "SELECT number, rows, sum FROM audiences").forEach { row in
            guard audiences.contains(row.integer(0)) else { return }
            sum.add(HashSum(rows: UInt64(clamping: row.integer(1)), sum: UInt64(bitPattern: row.integer(2))))
        }
        return sum
    }
}

extension ReadTransaction {
    func readable(_ view: ReadView) throws -> Readable { try AudienceTable(database).readable(view) }
}

extension WriteTransaction {
    /// Nil for a row that is not here, or was not published yet.
    func audience(of key: RowKey) throws -> Int64? {
        try statement("SELECT audience FROM row_clocks WHERE tbl = ? AND id = ?").first(key.values) {
            $0.value(0).integer
        } ?? nil
    }
}
