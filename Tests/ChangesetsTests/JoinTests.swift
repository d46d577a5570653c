import Changesets
import Testing

@Suite("The join of row states")
struct JoinTests {
    private func join(_ a: RowState, _ b: RowState) -> RowState { RowJoin(a, b, shape: testShape).row }

    @Test("is commutative, associative and idempotent", arguments: UInt64(0)..<300)
    func laws(seed: UInt64) {
        let history = RowHistory(replicas: 4, seed: seed, steps: 30)
        var generator = SeededGenerator(seed: seed &+ 1)
        for _ in 0..<20 {
            guard let a = history.seen.randomElement(using: &generator),
                let b = history.seen.randomElement(using: &generator),
                let c = history.seen.randomElement(using: &generator)
            else { return }
            #expect(join(a, a) == a)
            #expect(join(a, b) == join(b, a))
            #expect(join(join(a, b), c) == join(a, join(b, c)))
        }
    }

    @Test("gives one state, in whatever order all states arrive", arguments: UInt64(0)..<100)
    func order(seed: UInt64) {
        let states = RowHistory(replicas: 3, seed: seed, steps: 20).seen
        guard let first = states.first else { return }
        let expected = states.reduce(first, join)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<5 {
            let shuffled = states.shuffled(using: &generator) + states.shuffled(using: &generator)
            #expect(shuffled.reduce(shuffled[0], join) == expected)
        }
    }

    @Test("journals a value once it is lost, whoever merges", arguments: UInt64(0)..<200)
    func nothingLost(seed: UInt64) {
        let history = RowHistory(replicas: 3, seed: seed, steps: 25)
        for a in history.seen.suffix(12) {
            for b in history.seen.suffix(12) {
                expectEveryValueKept(a, b)
            }
        }
    }

    /// A value of either side is in the result, or in the journal, or was known to the winner's
    /// writer, or is one that a machine filled in.
    private func expectEveryValueKept(_ a: RowState, _ b: RowState) {
        let joined = RowJoin(a, b, shape: testShape)
        for (side, other) in [(a, b), (b, a)] {
            for (place, column) in testShape.columns.enumerated() where column.isJournalled {
                guard let stamp = side.clock.columns[place], joined.row.values[place] != side.values[place] else {
                    continue
                }
                let isKnown = other.clock.hasSeen(stamp.dot)
                let isJournalled = joined.lost.contains { $0.column == column.name && $0.stamp == stamp }
                #expect(isKnown || isJournalled)
            }
        }
    }

    private func state(_ name: Int64, _ clock: RowClock) -> RowState {
        RowState(
            id: RowHistory.row, clock: clock, values: [.integer(name), .null, .null, .null])
    }

    private func stamp(_ time: Int64, _ replica: UInt8, _ seq: UInt64) -> Stamp {
        Stamp(time: HybridTime(rawValue: time), dot: Dot(replica: testReplica(replica), seq: seq))
    }

    @Test("A deletes, B edits, C sees B's edit and deletes: the row is dead in every order")
    func deleteEditDelete() {
        let base = state(0, RowClock(insertedBy: stamp(1, 1, 1), columns: 4))
        var a = base
        a.clock.recordDelete(stamp(2, 1, 2))
        var b = base
        b.clock.recordEdit(stamp(3, 2, 1), columns: { $0 == 0 }, of: 4)
        b.values[0] = .integer(5)
        var c = b
        c.clock.recordDelete(stamp(4, 3, 1))
        #expect(!join(join(a, b), c).clock.isAlive)
        #expect(join(join(a, b), c) == join(join(a, c), b))
        #expect(join(a, b).clock.isAlive)
    }

    @Test("an overruled delete is journalled, once, with who did it")
    func overruledDelete() {
        let base = state(0, RowClock(insertedBy: stamp(1, 1, 1), columns: 4))
        var deleted = base
        deleted.clock.recordDelete(stamp(2, 1, 2))
        var edited = base
        edited.clock.recordEdit(stamp(3, 2, 1), columns: { $0 == 0 }, of: 4)
        let joined = RowJoin(deleted, edited, shape: testShape)
        #expect(joined.lost == [LostValue(column: "", stamp: stamp(2, 1, 2), value: .null)])
        #expect(RowJoin(joined.row, deleted, shape: testShape).lost.isEmpty)
        #expect(RowJoin(joined.row, edited, shape: testShape).lost.isEmpty)
    }

    @Test("a deleted row keeps its values, and lives again whole")
    func wholeAgain() {
        let base = state(9, RowClock(insertedBy: stamp(1, 1, 1), columns: 4))
        var deleted = base
        deleted.clock.recordDelete(stamp(2, 1, 2))
        var edited = base
        edited.values[1] = .integer(4)
        edited.clock.recordEdit(stamp(3, 2, 1), columns: { $0 == 1 }, of: 4)
        #expect(join(deleted, edited).values == [.integer(9), .integer(4), .null, .null])
    }

    @Test("an import loses to any edit, and two imports of one file are one")
    func imports() {
        let first = state(1, RowClock(insertedBy: Stamp(time: .zero, dot: stamp(0, 1, 1).dot), columns: 4))
        let second = state(1, RowClock(insertedBy: Stamp(time: .zero, dot: stamp(0, 2, 1).dot), columns: 4))
        let joined = RowJoin(first, second, shape: testShape)
        #expect(joined.lost.isEmpty)
        var renamed = first
        renamed.values[0] = .integer(2)
        renamed.clock.recordEdit(stamp(1, 1, 2), columns: { $0 == 0 }, of: 4)
        #expect(join(renamed, second).values[0] == .integer(2))
        #expect(join(second, renamed).values[0] == .integer(2))
    }

    @Test("different values under one dot, as an unhealed clone makes them: the loser is journalled")
    func equalDots() {
        let a = state(1, RowClock(insertedBy: stamp(1, 1, 1), columns: 4))
        let b = state(2, RowClock(insertedBy: stamp(1, 1, 1), columns: 4))
        #expect(RowJoin(a, b, shape: testShape).lost.map(\.value) == [.integer(1)])
        #expect(RowJoin(b, a, shape: testShape).lost.map(\.value) == [.integer(1)])
    }
}

@Suite("Healing of clocks")
struct HealingTests {
    @Test("a row stays alive or dead as it was", arguments: UInt64(0)..<300)
    func keepsAliveness(seed: UInt64) {
        let former = testReplica(1)
        let (first, second) = (Dot(replica: testReplica(9), seq: 1), Dot(replica: testReplica(9), seq: 2))
        for state in RowHistory(replicas: 3, seed: seed, steps: 25).seen {
            for acked in UInt64(0)..<4 {
                let healed = state.clock.reparented(from: former, above: acked, to: first, second)
                #expect(healed.isAlive == state.clock.isAlive)
                #expect(healed.stamps.allSatisfy { healed.hasSeen($0.dot) })
                #expect(
                    healed.stamps.map(\.time) == state.clock.stamps.map(\.time)
                        || healed.stamps.count < state.clock.stamps.count)
                #expect(!healed.edits.contains(Dot(replica: former, seq: acked + 1)))
            }
            let stamps = (
                Stamp(time: HybridTime(rawValue: 50), dot: first), Stamp(time: HybridTime(rawValue: 51), dot: second)
            )
            let restamped = state.clock.restamped(after: HybridTime(rawValue: 20), by: stamps.0, stamps.1)
            #expect(restamped.isAlive == state.clock.isAlive)
            #expect(restamped.stamps.allSatisfy { restamped.hasSeen($0.dot) })
        }
    }
}
