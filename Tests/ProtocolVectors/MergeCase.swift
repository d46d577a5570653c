package import Changesets
package import Foundation

/// A case of `sync-protocol/vectors/merge`, in the form of changeset.md, section 9.
package struct MergeCase: Sendable {
    package let name: String
    package let shape: TableShape
    package let row: RowID
    /// The state that is here, where there is one, and then those that come.
    package let states: [RowState]
    package let after: RowState
    package let journal: [Entry]

    package struct Entry: Hashable, Sendable {
        package var lost: LostValue
        package var id: RowID

        package init(lost: LostValue, id: RowID) {
            self.lost = lost
            self.id = id
        }
    }

    package init(contentsOf file: URL) throws {
        let source = try JSONDecoder().decode(Source.self, from: Data(contentsOf: file))
        let notation = CaseNotation(replicas: source.replicas)
        let row = try source.row.rowID
        name = file.deletingPathExtension().lastPathComponent
        self.row = row
        shape = try source.shape
        let written = [source.before].compactMap { $0 } + source.incoming
        states = try written.map { try $0.state(of: row, notation) }
        after = try source.after.state(of: row, notation)
        journal = try source.journal.map { try $0.entry(notation) }
    }
}

private struct Source: Decodable {
    var replicas: [String: String]
    var table: String
    var row: String
    var isAppendOnly: Bool
    var columns: [[String]]
    var before: State?
    var incoming: [State]
    var after: State
    var journal: [Loss]

    enum CodingKeys: String, CodingKey {
        case replicas, table, row, columns, before, incoming, after, journal
        case isAppendOnly = "append_only"
    }

    var shape: TableShape {
        get throws {
            TableShape(name: table, columns: try columns.map(Self.column), isAppendOnly: isAppendOnly)
        }
    }

    private static func column(_ written: [String]) throws -> TableShape.Column {
        guard written.count == 3 else { throw BadCase("a column of \(written)") }
        return .init(
            written[0], rule: written[1] == "latest" ? .latest : .earliest, isJournalled: written[2] == "journalled")
    }
}

private struct State: Decodable {
    var alive: Bool
    var edits: String
    var deletes: String
    var deletion: String?
    var columns: [Cell]

    struct Cell: Decodable {
        var value: Value
        var stamp: String?

        init(from decoder: any Decoder) throws {
            var pair = try decoder.unkeyedContainer()
            value = try pair.decode(CaseValue.self).value
            stamp = try pair.decode(String?.self)
        }
    }

    func state(of row: RowID, _ notation: CaseNotation) throws -> RowState {
        let clock = try notation.clock(
            edits: edits, deletes: deletes, deletion: deletion, stamps: columns.map(\.stamp), alive: alive)
        return RowState(id: row, clock: clock, values: columns.map(\.value))
    }
}

private struct Loss: Decodable {
    var column: String
    var stamp: String
    var value: CaseValue
    var id: String

    func entry(_ notation: CaseNotation) throws -> MergeCase.Entry {
        let lost = LostValue(column: column, stamp: try notation.stamp(stamp), value: value.value)
        return MergeCase.Entry(lost: lost, id: try id.rowID)
    }
}
