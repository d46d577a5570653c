internal import CSimulatedDisk
internal import FoundationEssentials

/// A node's disk, in a directory of its own below the simulation's.
final class VirtualDisk {
    let directory: String
    private let disk: OpaquePointer
    private var refusals: Int64 = 0

    init(_ directory: String) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        self.directory = directory
        guard let disk = simulated_disk_attach(directory) else {
            throw SimulationError("SQLite would not take the simulated disk")
        }
        self.disk = disk
    }

    deinit { simulated_disk_detach(disk) }

    var replicaPath: String { "\(directory)/replica.sqlite" }

    /// The machine dies at this write from now, or after this sync.
    func arm(write: Int = 0, sync: Int = 0) { simulated_disk_arm(disk, Int64(write), Int64(sync)) }
    func disarm() { simulated_disk_disarm(disk) }
    var isDead: Bool { simulated_disk_is_dead(disk) != 0 }

    /// How many bytes files may still grow by; nil for no bound.
    func setSpace(_ bytes: Int?) { simulated_disk_set_space(disk, bytes.map { Int64($0) } ?? -1) }
    /// Whether a write found no space since the last time that this was asked.
    func wasFull() -> Bool {
        let count = simulated_disk_refusals(disk)
        defer { refusals = count }
        return count > refusals
    }
    func setReadOnly(_ isReadOnly: Bool) { simulated_disk_set_read_only(disk, isReadOnly ? 1 : 0) }

    /// - Returns: how many bytes were lost or scrambled.
    func losePower(_ seed: UInt64, scrambling: Bool) -> Int {
        Int(simulated_disk_lose_power(disk, seed, scrambling ? 1 : 0))
    }

    /// A copy of all files as they are, while nobody writes.
    func copy() throws -> DiskImage {
        var files: [String: Data] = [:]
        for suffix in ["", "-wal"] {
            files[suffix] = FileManager.default.contents(atPath: replicaPath + suffix)
        }
        return DiskImage(files: files)
    }

    /// Puts a copy in place of what is there. Every file must be closed.
    func install(_ image: DiskImage) throws {
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: replicaPath + suffix)
            if let data = image.files[suffix] { try data.write(to: URL(filePath: replicaPath + suffix)) }
        }
    }
}

/// What a disk held at some time.
struct DiskImage {
    fileprivate var files: [String: Data]
}

/// A fault of the simulation itself.
package struct SimulationError: Error, CustomStringConvertible {
    package var description: String
    init(_ description: String) { self.description = description }
}
