import Changesets
import ProtocolVectors
import Testing

/// `sync-protocol/vectors/identities`: ids, hashes, packed clocks and readings of the clock.
@Suite("Identity vectors")
struct IdentityVectorTests {
    struct DerivedID: Decodable {
        var about: String
        var table: String
        var parts: [CaseValue]
        var id: String
    }

    @Test("ids derive from keys")
    func derivedIDs() throws {
        let cases = try VectorFolder.cases("identities/derived-ids.json", of: DerivedID.self)
        #expect(cases.count >= 15)
        for each in cases {
            let key = try each.parts.map { Array(try $0.bytes) }
            #expect(RowID.derived(table: each.table, key: key).hex == each.id, "\(each.about)")
        }
    }

    struct Version: Decodable {
        var about: String
        var prompt: String
        var parents: [String]
        var kind, body, settings, variables, type: CaseValue
        var id: String
    }

    @Test("the id of a version is its content")
    func versionIDs() throws {
        for each in try VectorFolder.cases("identities/version-ids.json", of: Version.self) {
            let identity = try VersionIdentity(
                prompt: each.prompt.rowID, parents: each.parents.map { try $0.rowID }, kind: each.kind.bytes,
                body: each.body.bytes, settings: each.settings.bytes, variables: each.variables.bytes,
                type: each.type.bytes)
            #expect(identity.id.hex == each.id, "\(each.about)")
        }
    }

    struct Digest: Decodable {
        var about: String
        var rows: [Row]
        var hashes: [String]
        var digest: String

        struct Row: Decodable {
            var table: String
            var id: String
            var values: [CaseValue]
        }
    }

    @Test("the digest is the sum of the rows' hashes")
    func digests() throws {
        for each in try VectorFolder.cases("identities/digests.json", of: Digest.self) {
            var sum = RowDigest()
            for (row, hash) in zip(each.rows, each.hashes) {
                var own = RowDigest()
                own.add(table: row.table, id: try row.id.rowID, values: row.values.map(\.value))
                sum.add(table: row.table, id: try row.id.rowID, values: row.values.map(\.value))
                #expect("\(own)" == hash, "\(each.about)")
            }
            #expect("\(sum)" == each.digest, "\(each.about)")
        }
    }

    struct Clock: Decodable {
        var about: String
        var replicas: [String]
        var packed: String
        var alive: Bool
        var edits, deletes: String
        var deletion: String?
        var stamps: [String?]
    }

    @Test("a clock unpacks to what it says, and packs to the same bytes")
    func clocks() throws {
        for each in try VectorFolder.cases("identities/clocks.json", of: Clock.self) {
            let notation = CaseNotation(replicas: Dictionary(uniqueKeysWithValues: zip(["A", "B"], each.replicas)))
            let clock = try notation.clock(
                edits: each.edits, deletes: each.deletes, deletion: each.deletion, stamps: each.stamps,
                alive: each.alive)
            var numbering = CaseNumbering(try each.replicas.map { try $0.rowID.bytes })
            #expect(hexadecimal(try clock.packed(&numbering)) == each.packed, "\(each.about)")
            let packed = try #require(unhex(each.packed))
            #expect(try RowClock(packed: packed[...], numbering) == clock, "\(each.about)")
        }
    }

    struct Reading: Decodable {
        var about: String
        var last, now, next: Int64
    }

    @Test("the clock never goes back")
    func times() throws {
        for each in try VectorFolder.cases("identities/times.json", of: Reading.self) {
            #expect(HybridTime(rawValue: each.last).next(now: each.now).rawValue == each.next, "\(each.about)")
        }
    }
}

/// A dictionary that is given.
private struct CaseNumbering: ReplicaNumbering {
    let replicas: [ReplicaID]

    init(_ replicas: [[UInt8]]) { self.replicas = replicas.compactMap { ReplicaID($0) } }

    func number(of replica: ReplicaID) throws -> UInt64 {
        guard let place = replicas.firstIndex(of: replica) else { throw BadCase("a replica without a number") }
        return UInt64(place)
    }

    func replica(numbered number: UInt64) throws(ChangesetError) -> ReplicaID {
        guard number < replicas.count else { throw .malformed("a number") }
        return replicas[Int(number)]
    }
}
