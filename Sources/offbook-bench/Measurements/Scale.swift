import Changesets
import PromptLibrary
import ReplicaStore
import SyncEngine

extension Measurement {
    /// One edit, and the sync that takes it along, in a large library, against the same in one of 1,000
    /// rows: work is to follow the change, and not what is stored.
    static let scale = Measurement("scale", isLong: true) { bench in
        let small = try ScaledTeam(rows: 1000, bench)
        let large = try ScaledTeam(rows: bench.libraryRows, bench)
        try await bench.rounds(count: edits, { try small.editByCommands() }, { try large.editByCommands() })
        for team in [small, large] { try team.open() }
        try await bench.rounds(count: edits, { try small.edit() }, { try large.edit() })
        for team in [small, large] { try team.close() }
        return figures(large, small)
    }

    private static let edits = 200

    private static func figures(_ large: ScaledTeam, _ small: ScaledTeam) -> [Figure] {
        let rows = "\(large.rows) rows to \(small.rows)"
        return [
            Figure("scale", "an edit and its sync: \(rows)", ours: large.whole, peer: small.whole),
            Figure("scale.edit", "saving a new version: \(rows)", ours: large.editing, peer: small.editing),
            Figure("scale.push", "the sync of who wrote it: \(rows)", ours: large.pushing, peer: small.pushing),
            Figure("scale.pull", "the sync of who reads it: \(rows)", ours: large.pulling, peer: small.pulling),
            Figure(
                "scale.commands", "offbook edit and offbook sync: \(rows)", ours: large.commands,
                peer: small.commands),
        ]
    }
}

/// A writer, a server and a reader with a library of so many rows.
private final class ScaledTeam {
    let rows: Int
    let commands = Samples()
    let editing = Samples()
    let pushing = Samples()
    let pulling = Samples()
    private let bench: Workbench
    private let writerData: String
    private let serverData: String
    private let prompts: [PromptRow]
    private let server: ServerProcess
    private var nodes: (writer: Replica, server: Replica, reader: Replica)?
    private var edits = 0

    var whole: Samples { editing + pushing }

    /// The rows come to the server by a first sync.
    init(rows: Int, _ bench: Workbench) throws {
        (self.rows, self.bench) = (rows, bench)
        (writerData, serverData) = (bench.newPath(), bench.newPath())
        prompts = PromptRow.generated(rows / 4, by: bench.user)
        let replica = try DataDirectory(path: writerData).create(Workbench.founding(bench.workspace, bench.user))
        try replica.fill(Workbench.cut(prompts))
        try replica.close()
        server = try ServerProcess(bench.offbook, data: serverData, output: bench.newPath())
        try run("connect", server.url, "--token", try server.token(workspace: "bench"))
        try run("sync")
    }

    private func run(_ arguments: String...) throws {
        try Program(bench.offbook, arguments + ["--data", writerData]).run()
    }

    /// No two edits are of one prompt that is near the last.
    private func next() -> (prompt: String, text: String) {
        edits += 1
        return (prompts[edits * 7919 % prompts.count].id.hex, "edit \(edits)")
    }

    func editByCommands() throws {
        let (prompt, text) = next()
        try commands.time {
            try run("edit", prompt, "--body", text)
            try run("sync")
        }
    }

    /// From here on in this process.
    func open() throws {
        server.stop()
        let writer = try Replica(path: DataDirectory(path: writerData).replicaPath(bench.workspace))
        let host = try Replica(path: DataDirectory(path: serverData).replicaPath(bench.workspace), access: .server)
        let founding = Replica.Founding(
            workspace: bench.workspace, workspaceName: nil, nodeName: "reader", userName: "reader")
        let reader = try DataDirectory(path: bench.newPath()).create(founding)
        try synchronize(reader, with: host)
        nodes = (writer, host, reader)
    }

    func edit() throws {
        guard let nodes else { throw BenchError("the team has not been opened") }
        let (prompt, text) = next()
        let library = Library(nodes.writer)
        try editing.time { _ = try library.save(text, from: library.editBase(prompt)) }
        let sent = try pushing.time { try synchronize(nodes.writer, with: nodes.server).sent }
        let received = try pulling.time { try synchronize(nodes.reader, with: nodes.server).received }
        guard sent > 0, sent == received else { throw BenchError("\(sent) rows were sent and \(received) received") }
    }

    func close() throws {
        for node in [nodes?.writer, nodes?.server, nodes?.reader] { try node?.close() }
    }
}
