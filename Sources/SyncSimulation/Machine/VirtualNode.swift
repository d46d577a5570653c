internal import Changesets
internal import PromptLibrary
internal import ReplicaStore

/// A node of the simulation: a disk, a clock, the real replica on it, and what the reference knows.
final class VirtualNode {
    let name: String
    /// Tells its random numbers from those of others.
    let ordinal: UInt64
    let isServer: Bool
    let disk: VirtualDisk
    let clock: VirtualClock
    let random = SeededSource()
    /// The machine and the file that it believes to live in.
    var home: String
    /// That of its Offbook.
    var schema = ReplicaSchema.shipped
    /// Of whoever uses it.
    var access = Access()
    private let page: PageBounds
    private var running: (library: Library, shell: Shell, rows: RowReading)?

    /// What the reference says that this node holds.
    var reference = ReferenceReplica()
    /// The last transaction of this replica id that a command reported as saved.
    var savedSeq: Int64 = 0
    /// Raised whenever the disk's content goes back or doubles: what is sealed from then on is new.
    var incarnation: Int
    /// Edits that somebody began and will save later, whatever happens meanwhile.
    var staleBases: [EditBase] = []
    /// May not pass files: a copy that can't tell itself from its original, known limits of the model.
    var isTainted = false
    /// Syncs fail until the event with this number.
    var unreachableUntil = 0
    var atRisk: Risk?
    /// The true time at which it last joined all that the server had; nil where its disk went back since.
    var pulledAt: Int64?
    /// Rows that the server has refused: its states take their place.
    var mayBeDenied: Set<Key> = []
    /// What the disk is about to do.
    var armed: FaultKind?

    init(
        _ name: String, ordinal: UInt64, isServer: Bool = false, in directory: String, _ time: VirtualTime,
        _ page: PageBounds
    ) throws {
        self.name = name
        self.ordinal = ordinal
        self.isServer = isServer
        self.page = page
        disk = try VirtualDisk("\(directory)/\(name)")
        clock = VirtualClock(time)
        home = "machine:\(name)"
        incarnation = Int(ordinal) << 16
    }

    private var surroundings: Surroundings {
        Surroundings(
            clock: { [clock] in clock.now }, random: random.source, home: { [home] _ in home }, page: page,
            schema: schema,
            collection: CollectionTerms(retention: Simulation.retention, lease: Simulation.lease))
    }

    func found(_ founding: Replica.Founding) throws {
        try Replica.create(path: disk.replicaPath, founding, surroundings)
    }

    func open() throws {
        guard running == nil else { return }
        let replica = try Replica(path: disk.replicaPath, access: isServer ? .server : .command, surroundings)
        let shell = try Shell(disk.replicaPath)
        running = (Library(replica), shell, RowReading(shell))
    }

    /// Ends the process: whatever it was about, it is gone.
    func close() {
        try? running?.library.replica.close()
        running = nil
    }

    private var process: (library: Library, shell: Shell, rows: RowReading) {
        get throws {
            guard let running else { throw SimulationError("\(name) is not running") }
            return running
        }
    }

    var isLater: Bool { schema.version > ReplicaSchema.shipped.version }

    var library: Library { get throws { try process.library } }
    var replica: Replica { get throws { try process.library.replica } }
    var shell: Shell { get throws { try process.shell } }
    var rows: RowReading { get throws { try process.rows } }

    var replicaID: ReplicaID {
        get throws {
            guard let id = try shell.run("SELECT replica_id FROM replica").first?[0].blob.flatMap({ ReplicaID($0) })
            else { throw Violation(.damage, "\(name) does not know who it is") }
            return id
        }
    }

    /// Each is where it was noted last: with the replica, or the newest seal.
    var lastSeq: Int64 {
        get throws { try shell.integer("SELECT max(last_seq, coalesce((SELECT max(seq) FROM seals), 0)) FROM replica") }
    }
    var lastTime: Int64 {
        get throws { try shell.integer("SELECT max(last_hlc, coalesce((SELECT max(hlc) FROM seals), 0)) FROM replica") }
    }
    /// Whether every write is in the clocks.
    var isFolded: Bool { get throws { try shell.integer("SELECT EXISTS (SELECT 1 FROM change_log)") == 0 } }
}
