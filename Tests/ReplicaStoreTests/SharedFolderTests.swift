import Changesets
import Foundation
import PromptLibrary
import ReplicaStore
import Testing

@Suite("Sync through a shared folder")
struct SharedFolderTests {
    let scratch: Scratch
    let folder: TestFolder
    let a: Node
    let b: Node

    init() throws {
        scratch = try Scratch()
        folder = try TestFolder("folder", in: scratch)
        a = try Node("a", workspace: team, in: scratch)
        b = try Node("b", workspace: team, in: scratch)
        _ = try a.library.create(NewPrompt(name: "p", body: "one"))
        _ = try a.sync(folder)
        _ = try b.sync(folder)
        _ = try a.sync(folder)
    }

    @Test("what nobody changed is neither read nor written again")
    func quiet() throws {
        let before = try folder.files()
        for node in [a, b, a] {
            let summary = try node.sync(folder)
            #expect(summary.filesRead == 0 && summary.filesWritten == 0 && summary.received == 0)
        }
        #expect(try folder.files() == before)
        #expect(try a.digest == b.digest)
    }

    @Test("what came from the folder unchanged is not written into it again, not by who merges either")
    func echoes() throws {
        _ = try a.library.save("two", from: a.library.editBase("p"))
        #expect(try a.sync(folder).sent == 4)
        let summary = try b.sync(folder)
        #expect(summary.received == 4 && summary.sent == 0 && summary.filesWritten == 0)
        try a.library.rename("p", to: "by a")
        try b.library.tag("p", ["by b"])
        _ = try a.sync(folder)
        #expect(try b.sync(folder).merged == 1)
        #expect(try a.sync(folder).filesWritten == 0)
        #expect(try a.digest == b.digest)
    }

    @Test("files that can't be taken are passed over, and keep none of the others back")
    func poison() throws {
        let subfolder = folder.subfolder
        let manager = FileManager.default
        let good = try #require(try folder.files().first { $0.key.contains("-0-") })
        try Data(good.value.dropLast(5)).write(to: URL(filePath: "\(subfolder)/cut.offbook"))
        try Data("no changeset".utf8).write(to: URL(filePath: "\(subfolder)/junk.offbook"))
        try Data().write(to: URL(filePath: "\(subfolder)/empty.offbook"))
        var wrong = good.value
        wrong[wrong.count / 2] ^= 1
        try Data(wrong).write(to: URL(filePath: "\(subfolder)/flipped.offbook"))
        try manager.createDirectory(atPath: "\(subfolder)/directory.offbook", withIntermediateDirectories: false)
        try manager.createSymbolicLink(
            atPath: "\(subfolder)/link.offbook", withDestinationPath: "\(subfolder)/\(good.key)")
        #expect(mkfifo("\(subfolder)/pipe.offbook", 0o600) == 0)
        let stranger = try Node("stranger", workspace: .uuid7(at: 2), in: scratch)
        _ = try stranger.replica.export { try Data($0).append(to: "\(subfolder)/foreign.offbook") }
        b.clock.now += 10 * 86_400_000
        _ = try b.library.create(NewPrompt(name: "from the future", body: "x"))
        _ = try b.sync(folder)
        b.clock.now -= 10 * 86_400_000
        let late = try Node("late", workspace: team, in: scratch)
        _ = try late.library.create(NewPrompt(name: "by late", body: "x"))

        let summary = try late.sync(folder)
        #expect(summary.passedOver.count == 8, "\(summary.passedOver)")
        #expect(summary.parked > 0)
        #expect(try late.library.show("p").body == "one")
        // A known file is told by its size and its end, so that a changed byte within it is not noticed.
        #expect(try a.sync(folder).passedOver.count == 7)
        #expect(try a.library.show("by late").body == "x")
        #expect(try late.library.acceptOrphans(nil) == summary.parked)
        #expect(try late.library.show("from the future").body == "x")
    }

    @Test("a subfolder that is a symbolic link is not followed")
    func linkedSubfolder() throws {
        let other = try TestFolder("other", in: scratch)
        try FileManager.default.createSymbolicLink(atPath: other.subfolder, withDestinationPath: folder.subfolder)
        #expect(throws: LibraryError(.invalid, "")) { try a.sync(other) }
    }

    @Test("what conflict copies hold is taken, and of its own its writer removes them when it compacts")
    func conflictCopies() throws {
        for (name, content) in try folder.files() {
            let stem = name.dropLast(".offbook".count)
            try Data(content).write(to: URL(filePath: "\(folder.subfolder)/\(stem) (1).offbook"))
            try FileManager.default.removeItem(atPath: "\(folder.subfolder)/\(name)")
        }
        let late = try Node("late", workspace: team, in: scratch)
        _ = try late.sync(folder)
        #expect(try late.digest == a.digest)
        #expect(try a.sync(folder).filesWritten == 0, "its files are there, under whatever name")
        for number in 0...FolderPlan.ownFilesMax {
            _ = try a.library.save("edit \(number)", from: a.library.editBase("p"))
            _ = try a.sync(folder)
        }
        let mark = try a.replicaID.rowID.hex
        #expect(try folder.files().keys.count { $0.hasPrefix(mark) } < 4)
        _ = try late.sync(folder)
        #expect(try late.digest == a.digest)
    }

    @Test("what somebody else removed is written again, by its writer or by whoever relied on it")
    func vanished() throws {
        _ = try b.library.create(NewPrompt(name: "q", body: "by b"))
        _ = try b.sync(folder)
        _ = try a.sync(folder)
        let mark = try a.replicaID.rowID.hex
        try folder.remove { $0.hasPrefix(mark) }
        // a is gone for good. b had all of it from the files that are gone.
        #expect(try b.sync(folder).filesWritten == 1)
        let late = try Node("late", workspace: team, in: scratch)
        _ = try late.sync(folder)
        #expect(try late.digest == b.digest)
        #expect(try late.library.show("p").body == "one")

        try folder.remove { _ in true }
        #expect(try late.sync(folder).filesWritten == 1)
        let later = try Node("later", workspace: team, in: scratch)
        _ = try later.sync(folder)
        #expect(try later.digest == b.digest)
    }

    @Test("two folders, one a copy of the other as it was, both get everything")
    func twoFolders() throws {
        let copy = try TestFolder("copy", in: scratch)
        try FileManager.default.copyItem(atPath: folder.subfolder, toPath: copy.subfolder)
        _ = try b.library.save("two", from: b.library.editBase("p"))
        _ = try b.sync(folder)
        _ = try a.sync(folder)
        #expect(try a.sync(copy).filesWritten == 1)
        let late = try Node("late", workspace: team, in: scratch)
        _ = try late.sync(copy)
        #expect(try late.digest == b.digest)
        for place in [folder, copy, folder, copy] { _ = try a.sync(place) }
        for place in [folder, copy] { #expect(try a.sync(place).filesWritten == 0) }
    }

    @Test("a file that was remembered and never got its name counts as missing")
    func crashBeforeName() throws {
        _ = try a.library.save("two", from: a.library.editBase("p"))
        let position = try #require(try a.replica.missingPositions(besides: []))
        try a.replica.noteWritten(
            FolderFile(
                checksum: Array(repeating: 7, count: 32), size: 9, writer: a.replicaID, since: 0,
                next: position.upperBound))
        #expect(try a.sync(folder).filesWritten == 1)
        _ = try b.sync(folder)
        #expect(try b.library.show("p").body == "two")
    }

    @Test("a restored replica that finds its own later files goes on as a new one, and nothing is lost")
    func restored() throws {
        let backup = try a.indistinguishableCopy("backup", in: scratch)
        _ = try a.library.save("after the backup", from: a.library.editBase("p"))
        _ = try a.sync(folder)
        _ = try backup.library.create(NewPrompt(name: "by the backup", body: "x"))
        let summary = try backup.sync(folder)
        #expect(summary.wasReparented && summary.filesWritten == 1)
        #expect(try backup.library.show("p").body == "after the backup")
        _ = try b.sync(folder)
        #expect(try b.digest == backup.digest)
        #expect(try backup.sync(folder).filesWritten == 0)
    }

    @Test("a copy that goes on beside its original is told apart, and both are heard")
    func clone() throws {
        let clone = try a.indistinguishableCopy("clone", in: scratch)
        _ = try a.library.create(NewPrompt(name: "by a", body: "x"))
        _ = try clone.library.create(NewPrompt(name: "by the clone", body: "x"))
        for node in [a, clone, b, a, clone, b] { _ = try node.sync(folder) }
        #expect(try clone.replicaID != a.replicaID)
        #expect(try a.digest == b.digest && b.digest == clone.digest)
        #expect(try b.library.list().items.count == 3)
        for node in [a, clone, b] { #expect(try node.sync(folder).filesWritten == 0) }
    }

    @Test("a file that claims to be this replica's own stands for nothing that it wrote")
    func impostor() throws {
        let mark = try a.replicaID.rowID.hex
        let own = try #require(try folder.files().first { $0.key.hasPrefix(mark) })
        let header = try ChangesetFile(own.value).header
        var claim = header
        (claim.since, claim.next) = (0, .max)
        let recorder = Recorder()
        var writer = try ChangesetFileWriter(claim) { recorder.content += $0 }
        try writer.finish()
        try Data(recorder.content).write(to: URL(filePath: "\(folder.subfolder)/impostor.offbook"))
        _ = try a.library.save("two", from: a.library.editBase("p"))
        #expect(try a.sync(folder).filesWritten == 1)
        #expect(try folder.files()[own.key] != nil)
        _ = try b.sync(folder)
        #expect(try b.library.show("p").body == "two")
    }
}

/// The workspace of all nodes that meet in a folder.
let team = RowID.derived(table: "workspaces", key: [Array("team".utf8)])

/// A folder as a test sees it.
struct TestFolder {
    let path: String
    var subfolder: String { "\(path)/\(team.hex)" }

    init(_ name: String, in scratch: Scratch) throws {
        path = "\(scratch.path)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// The regular changeset files in it.
    func files() throws -> [String: [UInt8]] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: subfolder) else { return [:] }
        let pairs = try names.compactMap { name -> (String, [UInt8])? in
            let path = "\(subfolder)/\(name)"
            let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
            guard type == .typeRegular else { return nil }
            return (name, [UInt8](try Data(contentsOf: URL(filePath: path))))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    func remove(_ isMeant: (String) -> Bool) throws {
        for name in try files().keys where isMeant(name) {
            try FileManager.default.removeItem(atPath: "\(subfolder)/\(name)")
        }
    }
}

extension Node {
    func sync(_ folder: TestFolder) throws -> FolderSyncSummary {
        try library.sync(through: SharedFolder(folder.path))
    }

    var replicaID: ReplicaID { get throws { try replica.replicaID() } }
}

extension Data {
    fileprivate func append(to path: String) throws {
        var content = (try? Data(contentsOf: URL(filePath: path))) ?? Data()
        content.append(self)
        try content.write(to: URL(filePath: path))
    }
}
