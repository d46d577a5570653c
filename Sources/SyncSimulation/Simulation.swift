internal import Changesets
internal import FoundationEssentials
internal import PromptLibrary
internal import ReplicaStore
internal import SyncEngine

/// One history: real replicas on simulated disks, clocks and wires, and a reference that knows what
/// each of them should hold.
final class Simulation {
    let plan: Plan
    let directory: String
    let time = VirtualTime()
    let dots = TrueDots()
    let collected = Collected()
    let workspace: RowID
    private(set) var server: VirtualNode
    var clients: [VirtualNode] = []
    var backups: [Backup] = []
    /// Files that were passed on once, to be passed on again.
    var oldFiles: [PassedFile] = []
    /// The last transaction of each replica id that left in a file.
    var exported: [ReplicaID: Int64] = [:]
    /// Requests whose senders have given up.
    var late: [SyncRequest] = []
    /// What the reference knows of the rows in a page that travels, by its bytes.
    var pages: [[UInt8]: [Incoming]] = [:]
    var faults = FaultCounts()
    var trace = Trace()
    private var incarnations = 0
    /// Where the last local write was sealed, and when.
    var lastWrite: (node: String, milliseconds: Int64)?
    var event: Event?
    /// In the end everybody sees everything.
    var isAccessOpen = false
    /// The number of the event that last put the server back.
    var serverRestoredAt = -1

    init(_ plan: Plan, in directory: String) throws {
        self.plan = plan
        self.directory = directory
        var dice = SplitMix64(plan.seed, 2)
        let page = PageBounds(bytes: dice.within(400...40_000), rows: dice.within(2...200))
        let source = SeededSource()
        source.restart(SplitMix64(plan.seed, 3))
        workspace = .uuid7(at: time.now, source.source)
        server = try VirtualNode("server", ordinal: 0, isServer: true, in: directory, time, page)
        self.page = page
        try found(server)
        for place in 1...max(1, plan.nodes) { clients.append(try newClient("n\(place)", UInt64(place))) }
        trace.add(
            "seed \(plan.seed): \(plan.nodes) nodes, pages of \(page.rows) rows, \(plan.faults.sorted().map(\.rawValue))"
        )
    }

    let page: PageBounds

    deinit {
        for node in everybody { node.close() }
        pages = [:]
    }

    var everybody: [VirtualNode] { clients + [server] }

    func newClient(_ name: String, _ ordinal: UInt64) throws -> VirtualNode {
        let node = try bareClient(name, ordinal)
        try found(node)
        return node
    }

    func bareClient(_ name: String, _ ordinal: UInt64) throws -> VirtualNode {
        try VirtualNode(name, ordinal: ordinal, in: directory, time, page)
    }

    private func found(_ node: VirtualNode) throws {
        node.random.restart(SplitMix64(plan.seed, 4, node.ordinal))
        node.schema = firstSchema(of: node)
        try node.found(
            Replica.Founding(
                workspace: workspace, workspaceName: node.ordinal == 1 ? "Team" : nil, nodeName: node.name,
                userName: node.name))
        // No two clocks are quite the same.
        var dice = SplitMix64(plan.seed, 9, node.ordinal)
        if !node.isServer { node.clock.jump(by: Int64(dice.within(-90_000...90_000))) }
        try node.open()
        try settle(node)
    }

    /// A number that no node's content had yet.
    func newIncarnation() -> Int {
        incarnations += 1
        return incarnations << 32
    }

    /// Gives every node the random numbers of this event.
    func begin(_ event: Event) {
        self.event = event
        time.advance(by: event.elapsed)
        for node in everybody {
            node.random.restart(SplitMix64(plan.seed, event.seed, UInt64(event.number), node.ordinal))
        }
    }
}

/// A node's disk as it was, and what the reference knew of it.
struct Backup {
    var node: String
    var image: DiskImage
    var home: String
    var reference: ReferenceReplica
    var lastSeq: Int64
    var replica: ReplicaID
    /// Of the event that made it.
    var number: Int
    /// In milliseconds of the simulation's true time.
    var madeAt: Int64
}

struct PassedFile {
    var bytes: [UInt8]
}
