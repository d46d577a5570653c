import Changesets
import Foundation
import PromptLibrary
import Schema
import SyncEngine
import Testing

@testable import ReplicaStore

/// What a server keeps is backed up before a migration, and comes back by that backup.
@Suite struct MigrationBackupTests {
    private let scratch: Scratch
    private let data: DataDirectory
    private let workspace = RowID.uuid7(at: 1)

    init() throws {
        scratch = try Scratch()
        data = DataDirectory(path: scratch.path + "/server")
        let library = Library(
            try data.create(
                .init(workspace: workspace, workspaceName: "Team", nodeName: "server", userName: "server")))
        _ = try library.create(NewPrompt(name: "before", body: "text"))
        try library.replica.close()
    }

    /// What makes it a server's.
    private func makeDirectory() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let sql = "CREATE TABLE accounts (id); PRAGMA user_version = \(Schema.directory.count)"
        process.arguments = ["sqlite3", "-bail", data.path + "/directory.sqlite", sql]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private func openLater() throws -> Library {
        Library(try Replica(path: data.replicaPath(workspace), Surroundings(schema: .later)))
    }

    @Test("A migration makes a backup of all; the way back is that backup, with the keys")
    func downAndUp() throws {
        try makeDirectory()
        let before = try Library(Replica(path: data.replicaPath(workspace))).digest()
        #expect(Backups(data).list().isEmpty)
        let later = try openLater()
        _ = try later.create(NewPrompt(name: "after", body: "text"))
        try later.replica.close()

        let backups = Backups(data).list()
        #expect(backups.map(\.manifest.reason) == [.beforeMigration])
        #expect(try Upgrade(data).state().map(\.version).max() == ReplicaSchema.later.migrations.count)
        #expect(throws: ReplicaError(.newerSchema, "")) { try Replica(path: data.replicaPath(workspace)) }
        // It is made once, not with every opening.
        try openLater().replica.close()
        #expect(Backups(data).list().count == 1)

        let former = try Restoring(data).run(try Upgrade(data).backup(ofSchema: Int(ReplicaSchema.shipped.version)))
        let back = Library(try Replica(path: data.replicaPath(workspace)))
        #expect(try back.digest() == before)
        #expect(FileManager.default.fileExists(atPath: back.replica.signingKeyPath))
        let kept = try #require(former)
        let aside = Library(
            try Replica(
                path: DataDirectory(path: kept).replicaPath(workspace), Surroundings(schema: .later)))
        #expect(try aside.status().prompts == 2)
    }

    @Test("A client's library is migrated without one; where none was made, there is no way back")
    func client() throws {
        try openLater().replica.close()
        #expect(Backups(data).list().isEmpty)
        #expect(throws: ReplicaError(.notFound, "")) {
            try Upgrade(data).backup(ofSchema: Int(ReplicaSchema.shipped.version))
        }
    }

    @Test("Where no backup can be made, nothing is migrated")
    func impossible() throws {
        try makeDirectory()
        #expect(FileManager.default.createFile(atPath: data.path + "/backups", contents: nil))
        #expect(throws: ReplicaError(.readOnly, "")) { try openLater() }
        #expect(try Library(Replica(path: data.replicaPath(workspace))).status().prompts == 1)
    }

    @Test("A backup of a newer Offbook is refused, and nothing is changed")
    func newer() throws {
        try openLater().replica.close()
        let backup = try Backups(data).create(.asked, offbook: "9.0.0")
        #expect(throws: ReplicaError(.newerSchema, "")) { try Restoring(data).run(backup) }
        #expect(FileManager.default.fileExists(atPath: data.replicaPath(workspace)))
    }

    @Test("A restored replica publishes in a new epoch, whatever the number of its file")
    func newEpoch() throws {
        let replica = try Replica(path: data.replicaPath(workspace))
        let before = try replica.serverIdentity()
        try replica.close()
        let backup = try Backups(data).create(.asked, offbook: "")
        _ = try Restoring(data).run(backup)
        let after = try Replica(path: data.replicaPath(workspace)).serverIdentity()
        #expect(after.epoch != before.epoch && after.replica != before.replica && after.workspace == before.workspace)
    }
}
