import Changesets
import Foundation
import ProtocolVectors
import ReplicaStore
import Testing

/// `sync-protocol/vectors/rows.json`: single rows of the real tables, which a replica takes or refuses.
@Suite("Row vectors")
struct RowVectorTests {
    struct Case: Decodable {
        var verdict: String
        var about: String
        var replicas: [String: String]
        var table: String
        var id: String
        var alive: Bool
        var edits, deletes: String
        var deletion, stamp: String?
        var columns: [String]
        var values: [CaseValue]
        /// Of a table that no schema has: whether its sender says so.
        var isAppendOnly: Bool?

        enum CodingKeys: String, CodingKey {
            case verdict, about, replicas, table, id, alive, edits, deletes, deletion, stamp, columns, values
            case isAppendOnly = "append_only"
        }

        func page() throws -> ChangesetPage {
            let clock = try CaseNotation(replicas: replicas).clock(
                edits: edits, deletes: deletes, deletion: deletion, stamps: values.map { _ in stamp }, alive: alive)
            let row = RowState(id: try id.rowID, clock: clock, values: values.map(\.value))
            let shape = TableShape(
                name: table, columns: columns.map { .init($0) }, isAppendOnly: isAppendOnly ?? false)
            return ChangesetPage(batches: [RowBatch(shape, rows: [row])])
        }
    }

    @Test("rows are taken, or refused, as they must be")
    func verdicts() throws {
        let cases = try VectorFolder.cases("rows.json", of: Case.self)
        #expect(cases.count >= 40)
        let scratch = try Scratch()
        for (place, each) in cases.enumerated() {
            let node = try Node("node-\(place)", workspace: .uuid7(at: 1), in: scratch)
            let denied = try node.replica.join(file(each.page(), for: node)).denied
            #expect(denied.isEmpty == (each.verdict == "taken"), "\(each.about): \(denied)")
        }
    }

    private func file(_ page: ChangesetPage, for node: Node) throws -> ChangesetFile {
        var header = try node.exported().header
        header.replica = .random()
        let bytes = Recorder()
        var writer = try ChangesetFileWriter(header) { bytes.content += $0 }
        try writer.append(page)
        try writer.finish()
        return try ChangesetFile(bytes.content)
    }
}
