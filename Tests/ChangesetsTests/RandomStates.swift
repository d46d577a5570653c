import Changesets

/// A small generator with a seed, so that a failing case can be run again (SplitMix64, Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

let testShape = TableShape(
    name: "things",
    columns: [
        .init("name"), .init("colour"), .init("first", rule: .earliest),
        .init("made", rule: .earliest, isJournalled: false),
    ])

func testReplica(_ number: UInt8) -> ReplicaID {
    ReplicaID([UInt8](repeating: 0, count: 15) + [number]) ?? .random()
}

/// One row as several replicas edit, delete and exchange it: the states that a join can really meet.
struct RowHistory {
    static let row = RowID([UInt8](repeating: 7, count: 16)) ?? .uuid7(at: 0)

    private(set) var states: [RowState?]
    /// Every state that any replica ever had.
    private(set) var seen: [RowState] = []
    private var seqs: [UInt64]
    private var clock: HybridTime = .zero
    private var generator: SeededGenerator

    init(replicas: Int, seed: UInt64, steps: Int) {
        states = Array(repeating: nil, count: replicas)
        seqs = Array(repeating: 0, count: replicas)
        generator = SeededGenerator(seed: seed)
        for _ in 0..<steps { step() }
    }

    private mutating func step() {
        let replica = Int.random(in: 0..<states.count, using: &generator)
        switch Int.random(in: 0..<10, using: &generator) {
        case 0..<4: edit(replica)
        case 4..<6: delete(replica)
        default: exchange(replica, Int.random(in: 0..<states.count, using: &generator))
        }
        if let state = states[replica] { seen.append(state) }
    }

    private mutating func stamp(_ replica: Int) -> Stamp {
        seqs[replica] += 1
        // Clocks that run apart: ties and reversals happen.
        clock = HybridTime(rawValue: Int64.random(in: 1...40, using: &generator))
        let known = states[replica]?.clock.stamps.map(\.time).max() ?? .zero
        return Stamp(
            time: max(clock, known.next(now: 0)), dot: Dot(replica: testReplica(UInt8(replica + 1)), seq: seqs[replica])
        )
    }

    private mutating func edit(_ replica: Int) {
        let stamp = stamp(replica)
        let values = (0..<4).map { _ in Value.integer(Int64.random(in: 0..<3, using: &generator)) }
        guard var state = states[replica], state.clock.isAlive else {
            var clock = states[replica]?.clock ?? RowClock(columns: ColumnStamps(count: 4))
            clock.recordEdit(stamp, columns: { _ in true }, of: 4)
            states[replica] = RowState(id: Self.row, clock: clock, values: values)
            return
        }
        let column = Int.random(in: 0..<2, using: &generator)
        state.clock.recordEdit(stamp, columns: { $0 == column }, of: 4)
        state.values[column] = values[column]
        states[replica] = state
    }

    private mutating func delete(_ replica: Int) {
        guard var state = states[replica], state.clock.isAlive else { return }
        state.clock.recordDelete(stamp(replica))
        states[replica] = state
    }

    private mutating func exchange(_ from: Int, _ to: Int) {
        guard let sent = states[from] else { return }
        states[to] = states[to].map { RowJoin($0, sent, shape: testShape).row } ?? sent
    }
}
