import Changesets
import ProtocolVectors
import Testing

/// `sync-protocol/vectors/merge`: what every implementation must make of two or more states of a row.
@Suite("Merge vectors")
struct MergeVectorTests {
    static let cases: [MergeCase] = {
        do {
            return try VectorFolder.files("merge", "json").map(MergeCase.init)
        } catch {
            fatalError("a merge case can't be read: \(error)")
        }
    }()

    @Test("there are cases for every rule")
    func count() { #expect(Self.cases.count >= 40) }

    @Test("in every order, however often, they give the state that the case says", arguments: cases)
    func everyOrder(_ vector: MergeCase) {
        for order in permutations(vector.states) {
            #expect(join(order, vector.shape) == vector.after)
            #expect(join(order + order, vector.shape) == vector.after)
        }
    }

    @Test("in every grouping, too", arguments: cases.filter { $0.states.count == 3 })
    func everyGrouping(_ vector: MergeCase) {
        for order in permutations(vector.states) {
            let right = join([order[1], order[2]], vector.shape)
            #expect(join([order[0], right], vector.shape) == vector.after)
        }
    }

    @Test("they journal what the case says, and nothing else", arguments: cases)
    func journal(_ vector: MergeCase) {
        #expect(journal(vector.states, vector) == vector.journal)
        if vector.states.count == 2 {
            #expect(Set(journal(vector.states.reversed(), vector)) == Set(vector.journal))
        }
    }

    private func journal(_ states: [RowState], _ vector: MergeCase) -> [MergeCase.Entry] {
        var entries: [MergeCase.Entry] = []
        guard var state = states.first else { return [] }
        for next in states.dropFirst() {
            let joined = RowJoin(state, next, shape: vector.shape)
            for lost in joined.lost {
                let id = RowID.journal(
                    table: Bytes(vector.shape.name.utf8), row: vector.row, column: Bytes(lost.column.utf8),
                    dot: lost.stamp.dot, value: lost.value)
                if !entries.contains(where: { $0.id == id }) { entries.append(.init(lost: lost, id: id)) }
            }
            state = joined.row
        }
        return entries
    }

    private func join(_ states: [RowState], _ shape: TableShape) -> RowState {
        states.dropFirst().reduce(states[0]) { RowJoin($0, $1, shape: shape).row }
    }

    private func permutations(_ states: [RowState]) -> [[RowState]] {
        guard states.count > 1 else { return [states] }
        return states.indices.flatMap { place in
            var rest = states
            let first = rest.remove(at: place)
            return permutations(rest).map { [first] + $0 }
        }
    }
}

extension MergeCase: CustomTestStringConvertible {
    package var testDescription: String { name }
}
