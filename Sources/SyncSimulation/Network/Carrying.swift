internal import SyncEngine

extension Simulation {
    /// Takes a request to the server and brings the reply, if the network lets it.
    func carry(_ request: SyncRequest, _ dice: inout SplitMix64) throws -> SyncReply {
        // One number for each, whether it is allowed or not: forbidding one leaves the others alone.
        let hits = Dictionary(
            uniqueKeysWithValues: FaultKind.ofNetwork.map { fault in
                (fault, dice.once(in: 14) && plan.faults.contains(fault))
            })
        func strikes(_ fault: FaultKind) -> Bool {
            guard hits[fault] == true else { return false }
            faults.note(fault)
            return true
        }
        if strikes(.dropRequest) { throw ConnectionLost() }
        if hits[.delay] == true {
            late.append(request)
            throw ConnectionLost()
        }
        if strikes(.serverRestart) { try restart(server) }
        var reply = Result { try serve(request) }
        if strikes(.duplicate) {
            let second = Result { try serve(request) }
            if dice.once(in: 2) { reply = second }
            if case .failure(let error) = second, error is Violation { throw error }
        }
        if strikes(.dropReply) {
            if case .failure(let error) = reply, error is Violation { throw error }
            throw ConnectionLost()
        }
        return try reply.get()
    }

    /// What may happen to a client between an exchange and what it makes of it.
    func disturb(_ node: VirtualNode, _ dice: inout SplitMix64) throws {
        let dies = dice.once(in: 20) && plan.faults.contains(.crashInSync)
        guard dies else { return }
        faults.note(.crashInSync)
        try restart(node)
        throw ConnectionLost()
    }

    /// Requests whose senders have long given up arrive after all.
    func deliverLate() throws {
        let arrived = late
        late = []
        for request in arrived {
            faults.note(.delay)
            do {
                _ = try serve(request)
            } catch is SyncRefusal {
            } catch is ConnectionLost {}
        }
    }

    /// The process ends and starts again.
    func restart(_ node: VirtualNode) throws {
        node.close()
        if node.disk.isDead { return try crash(node) }
        do {
            try node.open()
        } catch  where node.armed != nil {
            // It can't start: somebody sees to its disk first.
            node.disk.disarm()
            node.disk.setSpace(nil)
            try node.open()
        }
    }

    /// The machine is up again, after it died at a write or a sync.
    func crash(_ node: VirtualNode) throws {
        node.close()
        if let fault = node.armed, try losePower(node, fault) { faults.note(fault) }
        node.armed = nil
        node.disk.disarm()
        try node.open()
        try observeAfterCrash(node)
    }

    /// - Returns: whether the fault did what its name says.
    private func losePower(_ node: VirtualNode, _ fault: FaultKind) throws -> Bool {
        guard fault == .tailLost || fault == .tailScrambled else { return true }
        return node.disk.losePower(event?.seed ?? 0, scrambling: fault == .tailScrambled) > 0
    }

    private func observeAfterCrash(_ node: VirtualNode) throws {
        let seq = try node.lastSeq
        if try node.replicaID == node.reference.replica {
            try require(
                seq >= node.savedSeq, .durability,
                "\(node.name) had saved transaction \(node.savedSeq), and is back at \(seq)")
        }
        try observeRisk(node)
    }
}
