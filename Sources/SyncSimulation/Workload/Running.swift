internal import Changesets
internal import PromptLibrary
internal import ReplicaStore
internal import SyncEngine

extension Simulation {
    /// One event, with what goes wrong meanwhile.
    func run(_ event: Event) async throws {
        begin(event)
        var dice = SplitMix64(event.seed)
        if dice.once(in: 4) { try deliverLate() }
        let node = clients[event.node % clients.count]
        let victim = event.kind.isSync && dice.once(in: 3) ? server : node
        let seqBefore = try node.lastSeq
        try arm(event, victim, &dice)
        let outcome: String
        do {
            outcome = try await act(event, node, &dice)
        } catch {
            outcome = try excuse(error, event, victim)
        }
        trace.add(line(event, node, outcome))
        try finish(event, node, victim, &dice)
        try noteTie(node, since: seqBefore)
    }

    private func line(_ event: Event, _ node: VirtualNode, _ outcome: String) -> String {
        let fault = event.fault.map { " [\($0.rawValue)]" } ?? ""
        return "#\(event.number) +\(event.elapsed) ms \(node.name) \(event.kind.rawValue)\(fault): \(outcome)"
    }

    private func arm(_ event: Event, _ victim: VirtualNode, _ dice: inout SplitMix64) throws {
        guard let fault = event.fault, plan.faults.contains(fault) else { return }
        victim.armed = fault
        switch fault {
        case .crashBeforeCommit: victim.disk.arm(write: dice.within(1...30))
        case .crashAfterCommit: victim.disk.arm(sync: dice.within(1...4))
        case .tailLost, .tailScrambled: victim.disk.arm(write: dice.within(2...30))
        case .diskFull: victim.disk.setSpace(dice.below(30_000))
        case .readOnly:
            victim.disk.setReadOnly(true)
            try restart(victim)
        case .hlcTie where !victim.isServer:
            guard let other = everybody.first(where: { $0.name == lastWrite?.node }) else { break }
            victim.clock.follow(other.clock)
        default: break
        }
    }

    /// What an error was: one that had to be expected, or a violation.
    private func excuse(_ error: any Error, _ event: Event, _ victim: VirtualNode) throws -> String {
        switch error {
        case let violation as Violation: throw violation
        case is ConnectionLost: return "cut"
        case let error as LibraryError: return "refused, \(error.code)"
        case _ where victim.disk.isDead: return "died"
        case let error as ReplicaError where error.code == .diskFull && victim.armed == .diskFull: return "no space"
        case let error as ReplicaError where error.code == .readOnly && victim.armed == .readOnly:
            faults.note(.readOnly)
            return "read only"
        case let error as ShellError where error.isOfDisk && victim.armed != nil:
            if victim.armed == .readOnly { faults.note(.readOnly) }
            return "the shell: \(error.message)"
        default: throw Violation(.error, "\(type(of: error)): \(error)")
        }
    }

    /// Takes the fault away, and looks at what is left.
    private func finish(
        _ event: Event, _ node: VirtualNode, _ victim: VirtualNode, _ dice: inout SplitMix64
    ) throws {
        // What was reported as done is on the disk, whatever becomes of the machine now.
        if victim === node { try noteSaved(node, event) }
        if victim.disk.isDead { try crash(victim) }
        if victim.armed == .diskFull, victim.disk.wasFull() { try makeSpace(victim) }
        if victim.armed == .readOnly {
            victim.disk.setReadOnly(false)
            try restart(victim)
        }
        victim.armed = nil
        victim.disk.disarm()
        victim.disk.setSpace(nil)
        for touched in [victim, node] where touched.atRisk != nil { try observeRisk(touched) }
        node.mayBeDenied = []
        if dice.once(in: 2) { try settle(node) } else { try observe(node, .own) }
        try noteSaved(node, event)
    }

    private func noteSaved(_ node: VirtualNode, _ event: Event) throws {
        if node.disk.isDead, node.atRisk == nil { try observe(node, .unknown([])) }
        if try node.reference.replica == node.replicaID { node.savedSeq = max(node.savedSeq, try node.lastSeq) }
    }

    private func makeSpace(_ victim: VirtualNode) throws {
        faults.note(.diskFull)
        victim.disk.setSpace(nil)
        _ = try? victim.shell.run("ROLLBACK")
    }

    private func noteTie(_ node: VirtualNode, since seq: Int64) throws {
        guard try node.lastSeq > seq else { return }
        let milliseconds = try node.lastTime >> 16
        if let last = lastWrite, last.node != node.name, last.milliseconds == milliseconds { faults.note(.hlcTie) }
        lastWrite = (node.name, milliseconds)
    }
}

extension Event.Kind {
    var isSync: Bool { self == .sync || self == .syncTogether || self == .protectedLabel }
    var isFile: Bool { self == .exchangeFile || self == .exchangeOldFile }
}
