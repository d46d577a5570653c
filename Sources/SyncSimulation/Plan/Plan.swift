/// A whole history, to be run: everything in it follows from the seed and these numbers.
package struct Plan: Sendable, Hashable {
    package var seed: UInt64
    /// Clients at the start.
    package var nodes: Int
    package var faults: Set<FaultKind>
    /// Those that the events were drawn with.
    private let planned: Set<FaultKind>
    package var events: [Event]
    /// How many events were planned, before any was left out.
    package var size: Int
    /// Whether the faults were chosen by hand, so that a command line has to name them.
    package var hasChosenFaults: Bool

    package static let nodesRange = 2...20

    /// - Parameters:
    ///   - nodes: 2 to 20; from the seed where nil.
    ///   - faults: what may go wrong; a random part of everything where nil.
    package init(seed: UInt64, nodes: Int? = nil, events count: Int, faults: Set<FaultKind>? = nil) {
        var dice = SplitMix64(seed, 0x706C_616E)
        let most = dice.once(in: 6) ? Self.nodesRange.upperBound : 6
        let drawn = dice.within(Self.nodesRange.lowerBound...most)
        let some = Set(FaultKind.allCases.filter { _ in dice.below(100) < 45 })
        self.seed = seed
        self.nodes = nodes ?? drawn
        planned = faults ?? some
        self.faults = planned
        hasChosenFaults = faults != nil
        size = count
        let kinds = Event.Kind.allCases.filter { [planned] kind in kind.fault.map(planned.contains) ?? true
        }
        let wheel = kinds.flatMap { Array(repeating: $0, count: $0.weight) }
        let ofDisk = FaultKind.ofDisk.filter(self.faults.contains)
        let ties = self.faults.contains(.hlcTie)
        events = (0..<count).map { number in
            Event(number: number, wheel, ofDisk, ties, SplitMix64(seed, 1, UInt64(number)))
        }
    }

    /// Only these of the events.
    package mutating func keep(_ numbers: Set<Int>) { events.removeAll { !numbers.contains($0.number) } }

    /// The command that runs this very plan again.
    package var command: String {
        let names = { (faults: Set<FaultKind>) in faults.sorted().map(\.rawValue).joined(separator: ",") }
        var chosen = hasChosenFaults ? " --faults \(planned.isEmpty ? "none" : names(planned))" : ""
        if faults != planned { chosen += " --without \(names(planned.subtracting(faults)))" }
        let kept = events.map { String($0.number) }.joined(separator: ",")
        let part = events.count < size ? " --keep \(kept)" : ""
        return "offbook-simulate --seed \(seed) --nodes \(nodes) --events \(size)\(chosen)\(part)"
    }
}

extension Event {
    fileprivate init(
        number: Int, _ wheel: [Kind], _ ofDisk: [FaultKind], _ ties: Bool, _ generator: SplitMix64
    ) {
        var dice = generator
        let kind = dice.pick(wheel) ?? .edit
        let isTie = dice.once(in: 8) && ties
        let elapsed = dice.once(in: 30) ? dice.within(0...7_200_000) : dice.within(0...3000)
        let isDisturbed = dice.once(in: 9)
        let fault = dice.pick(ofDisk)
        self.init(
            number: number, kind: kind, node: dice.below(1 << 16), other: dice.below(1 << 16),
            elapsed: isTie ? 0 : Int64(elapsed), seed: dice.next(),
            fault: isTie ? .hlcTie : isDisturbed && kind.fault == nil ? fault : nil)
    }
}
