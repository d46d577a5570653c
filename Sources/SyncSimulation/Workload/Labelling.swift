internal import Changesets
internal import PromptLibrary
internal import ReplicaStore
internal import SyncEngine
internal import SyncProtocol

extension Simulation {
    /// Labels: free ones by an ordinary write, protected ones through the server.
    func label(_ event: Event, _ node: VirtualNode, _ dice: inout SplitMix64) async throws -> String {
        var picking = Picking(node: node, dice: SplitMix64(event.seed, 8))
        guard let prompt = try picking.prompt() else { return "no prompt" }
        let name = dice.pick(["staging", "canary"]) ?? "staging"
        let version = dice.once(in: 2) ? nil : "v1"
        guard event.kind == .protectedLabel else {
            let view = try await node.library.label(
                prompt, name, version: version, removing: event.kind == .unlabel, over: nil)
            return "\(prompt.suffix(8)) \(name) \(view.version ?? "away")"
        }
        return try await moveProtected(prompt, version, node, &dice)
    }

    /// The library syncs by itself here, so that the reference sees the client's side only afterwards.
    private func moveProtected(
        _ prompt: String, _ version: String?, _ node: VirtualNode, _ dice: inout SplitMix64
    ) async throws -> String {
        try settle(node)
        let wire = Wire(simulation: self, node: node, dice: SplitMix64(dice.next()))
        let result: String
        do {
            let view = try await node.library.label(
                prompt, "production", version: version, removing: dice.once(in: 5), over: wire)
            result = "\(prompt.suffix(8)) production \(view.version ?? "away")"
        } catch let refusal as SyncRefusal where refusal.code == .malformed {
            // The prompt was deleted there, or is not there yet.
            result = "refused by the server"
        } catch let error as LibraryError {
            result = "refused, \(error.code)"
        }
        try wire.observe()
        return result
    }
}

/// A transport for the library's own syncs. Used by one event at a time.
private final class Wire: SyncTransport, @unchecked Sendable {
    private let simulation: Simulation
    private let node: VirtualNode
    private var dice: SplitMix64
    /// What the last reply brings, before the library has made something of it.
    private var cause = Cause.healing
    private var incoming: [Incoming] = []
    private var reply: SyncReply?

    init(simulation: Simulation, node: VirtualNode, dice: SplitMix64) {
        self.simulation = simulation
        self.node = node
        self.dice = dice
    }

    func send(_ request: SyncRequest) async throws -> SyncReply {
        try observe(before: request)
        if case .push(let push) = request { try simulation.register([UInt8](push.page), node.reference.rows) }
        let reply = try simulation.carry(request, &dice)
        simulation.noteDenials(reply, node)
        incoming = try simulation.incoming(of: reply, node)
        let isKnown = try !incoming.isEmpty && !reply.hasVerdicts && simulation.isSettled(node)
        node.atRisk = incoming.isEmpty ? nil : Risk(incoming: incoming, isKnown: isKnown)
        cause = isKnown ? .join(incoming, denied: []) : .unknown(incoming)
        self.reply = reply
        return reply
    }

    /// What the last reply did.
    ///
    /// - Parameter next: what is asked behind it; nil for nothing.
    func observe(before next: SyncRequest? = nil) throws {
        if try !isTaken(before: next) { cause = .unknown([]) }
        if node.mayBeDenied.isEmpty {
            try simulation.observe(node, cause)
        } else {
            try simulation.checkOrphans(node, incoming)
        }
        cause = .unknown([])
        node.atRisk = nil
    }

    /// Of rows out of turn, the last page alone makes them be joined.
    private func isTaken(before next: SyncRequest?) throws -> Bool {
        switch reply {
        case .rows: try !simulation.hasStaged(node)
        case .handshake(let reply) where reply.hasPull: SyncReply.handshake(reply).isPulled(before: next)
        default: true
        }
    }
}
