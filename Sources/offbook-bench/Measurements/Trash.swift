import Changesets
import Glibc
import PromptLibrary
import ReplicaStore

extension Measurement {
    /// A library of which 90 % was deleted long ago, and all nodes know it, against one that never had that:
    /// what was collected is to cost nothing any more.
    static let trash = Measurement("trash", isLong: true) { bench in
        let full = try TrashTeam(prompts: prompts, kept: prompts / 10, bench)
        let small = try TrashTeam(prompts: prompts / 10, kept: prompts / 10, bench)
        let (before, fewBytes) = (try full.size(), try small.size())
        try full.compact()
        let after = try full.size()
        try await bench.rounds(count: rounds, { try full.bootstrap() }, { try small.bootstrap() })
        try await bench.rounds(count: edits, { try full.edit() }, { try small.edit() })
        let what = "90 % of \(full.rows) rows deleted and collected, to \(small.rows) rows"
        return [
            Figure("trash.bootstrap", "a first sync: \(what)", ours: full.bootstraps, peer: small.bootstraps),
            Figure("trash.edit", "an edit and its sync: \(what)", ours: full.edits, peer: small.edits),
            Figure("trash.file", "the file after compact: \(what)", .bytes, ours: after, peer: fewBytes),
            Figure("trash.compact", "the file after compact, to what it was", .bytes, ours: after, peer: before),
        ]
    }

    /// Of five rows each.
    private static let prompts = 20_000
    private static let rounds = 9
    private static let edits = 100
}

/// A writer and a server, a month after most was deleted.
private final class TrashTeam {
    let rows: Int
    let bootstraps = Samples()
    let edits = Samples()
    private let bench: Workbench
    private let clock = VirtualClock()
    private let server: Replica
    private let writer: Replica
    private let prompts: [PromptRow]
    private var edited = 0

    init(prompts count: Int, kept: Int, _ bench: Workbench) throws {
        self.bench = bench
        let all = PromptRow.generated(count, by: bench.user)
        prompts = Array(all.prefix(kept))
        rows = count * 5
        let serverPath = bench.newPath()
        try Replica.create(
            path: serverPath,
            Replica.Founding(workspace: bench.workspace, workspaceName: nil, nodeName: "server", userName: "server"),
            clock.surroundings)
        server = try Replica(path: serverPath, access: .server, clock.surroundings)
        let path = bench.newPath()
        try Replica.create(path: path, Workbench.founding(bench.workspace, bench.user), clock.surroundings)
        writer = try Replica(path: path, clock.surroundings)
        try writer.fill(Workbench.cut(all), favouritesOf: bench.user)
        try synchronize(writer, with: server)
        try writer.delete(Workbench.cut(Array(all.dropFirst(kept))), favouritesOf: bench.user)
        try collect()
        guard try server.rowCount(of: "prompts") == kept, try server.rowCount(of: "row_clocks") < kept * 5 + 100 else {
            throw BenchError("the server has not collected what was deleted")
        }
    }

    /// The server waits until everybody knows, and everybody hears of what it did.
    private func collect() throws {
        for _ in 0..<2 { try synchronize(writer, with: server) }
        clock.pass(days: 31)
        try synchronize(writer, with: server)
        _ = try server.collect()
        for _ in 0..<2 { try synchronize(writer, with: server) }
    }

    /// Of the server's file, with all that its log holds, in bytes.
    func size() throws -> Samples {
        try server.writeLogIntoFile()
        var status = stat()
        guard stat(server.path, &status) == 0 else { throw BenchError("\(server.path) is gone") }
        return Samples([Double(status.st_size)])
    }

    func compact() throws { _ = try Library(server).compact() }

    func bootstrap() throws {
        let path = bench.newPath()
        try Replica.create(
            path: path,
            Replica.Founding(workspace: bench.workspace, workspaceName: nil, nodeName: "new", userName: "new"),
            clock.surroundings)
        let newcomer = try Replica(path: path, clock.surroundings)
        try bootstraps.time { _ = try synchronize(newcomer, with: server) }
        guard try newcomer.rowCount(of: "prompts") == prompts.count else { throw BenchError("not all has come") }
        try newcomer.close()
    }

    func edit() throws {
        edited += 1
        let prompt = prompts[edited * 7919 % prompts.count].id.hex
        let library = Library(writer)
        try edits.time {
            _ = try library.save("edit \(edited)", from: library.editBase(prompt))
            _ = try synchronize(writer, with: server)
        }
    }
}
