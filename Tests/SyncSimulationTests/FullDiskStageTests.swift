import Changesets
import Foundation
import PromptFiles
import PromptLibrary
import ReplicaStore
import SyncEngine
import Testing

@testable import SyncSimulation

/// A disk that fills up at any byte of any stage: an error that says so, all or nothing of each
/// transaction, and the stage goes through when there is space again.
@Suite struct FullDiskStageTests {
    /// Everything that writes to a replica's file, and whose disk is full meanwhile.
    enum Stage: String, CaseIterable {
        case edit, importPrompts, joinFile, pushAtClient, pushAtServer, pull, bootstrap

        /// Whether it is one transaction, so that a refusal leaves all as it was.
        var isAtomic: Bool { [.edit, .importPrompts, .joinFile].contains(self) }
    }

    @Test(arguments: Stage.allCases) func fillsUp(_ stage: Stage) throws {
        let team = try SmallTeam()
        let work = try team.prepare(stage)
        var refusals = 0
        for space in (0..<400).map({ $0 * 1500 }) {
            let before = try work.victim.library.digest()
            work.victim.disk.setSpace(space)
            let error = failure { try work.run() }
            work.victim.disk.setSpace(nil)
            #expect(try work.victim.replica.examine().isEmpty)
            guard let error else { break }
            refusals += 1
            #expect((error as? ReplicaError)?.code == .diskFull, "\(stage) with \(space) bytes: \(error)")
            if stage.isAtomic { #expect(try work.victim.library.digest() == before) }
        }
        #expect(refusals > 0)
        try work.run()
        try team.expectWhole()
    }

    private func failure(_ body: () throws -> Void) -> (any Error)? {
        do {
            try body()
            return nil
        } catch {
            return error
        }
    }
}

/// A server, who writes and who reads, on disks of their own.
private final class SmallTeam {
    struct Work {
        var victim: VirtualNode
        var run: () throws -> Void
    }

    private let directory = URL(filePath: NSTemporaryDirectory() + "offbook-full-\(UUID().uuidString)")
        .resolvingSymlinksInPath().path()
    private let time = VirtualTime()
    private let server: VirtualNode
    private let writer: VirtualNode
    private let reader: VirtualNode
    private static let prompts = 40

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let workspace = RowID.uuid7(at: time.now)
        (server, writer, reader) = try (
            Self.node("server", 0, workspace, directory, time), Self.node("writer", 1, workspace, directory, time),
            Self.node("reader", 2, workspace, directory, time)
        )
        try importPrompts("first")
        for node in [writer, reader] { try sync(node) }
    }

    deinit {
        for node in [server, writer, reader] { node.close() }
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static func node(
        _ name: String, _ ordinal: UInt64, _ workspace: RowID, _ directory: String, _ time: VirtualTime
    ) throws -> VirtualNode {
        let node = try VirtualNode(
            name, ordinal: ordinal, isServer: name == "server", in: directory, time, PageBounds(bytes: 8000, rows: 50))
        node.random.restart(SplitMix64(ordinal))
        try node.found(
            Replica.Founding(
                workspace: workspace, workspaceName: ordinal == 1 ? "Team" : nil, nodeName: name, userName: name))
        try node.open()
        return node
    }

    private func importPrompts(_ name: String) throws {
        let prompts = (0..<Self.prompts).map { number in
            #"{"name":"\#(name) \#(number)","body":"\#(String(repeating: "\(name) \(number) ", count: 30))"}"#
        }
        let json = Array("[\(prompts.joined(separator: ","))]".utf8)
        _ = try writer.library.importPrompts(ImportRequest(PromptFile.read(json, as: .json)))
    }

    private func sync(_ node: VirtualNode) throws {
        var sync = try ClientSync(node.replica)
        let host = try ServerSync(server.replica)
        var request: SyncRequest? = try sync.start()
        while let next = request { request = try sync.receive(try host.handle(next)) }
    }

    func prepare(_ stage: FullDiskStageTests.Stage) throws -> Work {
        switch stage {
        case .edit:
            let body = String(repeating: "a long text ", count: 4000)
            return Work(victim: writer) { [writer] in
                let library = try writer.library
                _ = try library.save(body, from: library.editBase("first 7"))
            }
        case .importPrompts: return Work(victim: writer) { try self.importPrompts("second") }
        case .joinFile:
            let file = try changeset()
            return Work(victim: reader) { [reader] in _ = try reader.replica.join(ChangesetFile(file)) }
        case .pushAtClient, .pushAtServer:
            try importPrompts("second")
            return Work(victim: stage == .pushAtClient ? writer : server) { [writer] in try self.sync(writer) }
        case .pull:
            try importPrompts("second")
            try sync(writer)
            return Work(victim: reader) { [reader] in try self.sync(reader) }
        case .bootstrap: return Work(victim: try newcomer()) { try self.syncNewcomer() }
        }
    }

    private var latecomer: VirtualNode?

    private func newcomer() throws -> VirtualNode {
        let workspace = try server.replica.serverIdentity().workspace
        let node = try Self.node("latecomer", 3, workspace, directory, time)
        latecomer = node
        return node
    }

    private func syncNewcomer() throws { if let latecomer { try sync(latecomer) } }

    private func changeset() throws -> [UInt8] {
        try importPrompts("second")
        let sink = Sink()
        _ = try writer.replica.export { sink.bytes += $0 }
        return sink.bytes
    }

    private final class Sink { var bytes: [UInt8] = [] }

    /// All hold the same, and something.
    func expectWhole() throws {
        let nodes = [writer, reader, latecomer].compactMap { $0 }
        for _ in 0..<2 { for node in nodes { try sync(node) } }
        let digests = try Set((nodes + [server]).map { try $0.library.digest() })
        #expect(digests.count == 1)
        #expect(try server.shell.integer("SELECT count(*) FROM prompts") >= Self.prompts)
        latecomer?.close()
    }
}
