import Changesets
import Foundation
import Testing

@testable import SyncSimulation

/// The disk must bite, or nothing that survives it means anything.
@Suite("The simulated disk")
struct SimulatedDiskTests {
    private let directory = NSTemporaryDirectory() + "offbook-disk-\(UUID().uuidString)"

    private func rows(after synchronous: String, scrambling: Bool) throws -> Int64 {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let disk = try VirtualDisk(URL(filePath: directory).resolvingSymlinksInPath().path() + "/node")
        #expect(FileManager.default.createFile(atPath: disk.replicaPath, contents: nil))
        try write(disk, synchronous)
        let hasLost = disk.losePower(7, scrambling: scrambling) > 0
        #expect(hasLost == (synchronous == "OFF"))
        disk.disarm()
        return try Shell(disk.replicaPath).integer("SELECT count(*) FROM t")
    }

    /// Writes ten rows in as many transactions; then the machine dies.
    private func write(_ disk: VirtualDisk, _ synchronous: String) throws {
        let shell = try Shell(disk.replicaPath)
        try shell.run("PRAGMA journal_mode = WAL")
        try shell.run("CREATE TABLE t (n INTEGER)")
        try shell.run("PRAGMA synchronous = \(synchronous)")
        for n in Int64(0)..<10 { try shell.run("INSERT INTO t VALUES (?)", [.integer(n)]) }
        disk.arm(write: 1)
        #expect(throws: ShellError.self) { try shell.run("INSERT INTO t VALUES (99)") }
        #expect(disk.isDead)
    }

    @Test("what was synced survives the power, scrambled or cut off", arguments: [true, false])
    func synced(scrambling: Bool) throws {
        #expect(try rows(after: "FULL", scrambling: scrambling) == 10)
    }

    @Test("what was not synced does not", arguments: [true, false])
    func unsynced(scrambling: Bool) throws {
        #expect(try rows(after: "OFF", scrambling: scrambling) < 10)
    }

    @Test("a full disk and a read-only one say so")
    func refusing() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let disk = try VirtualDisk(URL(filePath: directory).resolvingSymlinksInPath().path() + "/node")
        #expect(FileManager.default.createFile(atPath: disk.replicaPath, contents: nil))
        let shell = try Shell(disk.replicaPath)
        try shell.run("CREATE TABLE t (n INTEGER)")
        disk.setSpace(0)
        #expect(throws: ShellError.self) { try shell.run("CREATE TABLE u (n INTEGER)") }
        #expect(disk.wasFull())
        disk.setSpace(nil)
        try shell.run("INSERT INTO t VALUES (1)")
        disk.setReadOnly(true)
        let reader = try Shell(disk.replicaPath)
        #expect(try reader.integer("SELECT count(*) FROM t") == 1)
        #expect(throws: ShellError.self) { try reader.run("DELETE FROM t") }
    }
}
