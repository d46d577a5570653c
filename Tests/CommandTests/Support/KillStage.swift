import Foundation

/// A team of real processes for tests that kill some of them, and the record of what must not be lost.
final class KillStage {
    /// What is under way when a process dies.
    enum Work: String, CaseIterable { case push, pull, bootstrap, repair, importing = "import" }
    enum Victim { case client, server }

    static let promptsPerBatch = 120

    let scratch: Scratch
    let server: Server
    let writer: Node
    let reader: Node
    private let token: String
    /// The texts that a command on the node reported as saved, or a whole sync brought to it.
    private var saved: [String: Set<String>] = [:]
    /// The texts that a whole sync left with the server.
    private var acknowledged: Set<String> = []
    /// How long each kind of work takes where nobody is killed, in seconds.
    private var durations: [Work: TimeInterval] = [:]
    private var batches = 0
    private var nodes: [Node]

    init() throws {
        scratch = try Scratch()
        server = try Server(in: scratch)
        token = try server.token()
        (writer, reader) = (Node("writer", in: scratch), Node("reader", in: scratch))
        nodes = [writer, reader]
        for node in nodes { try node.connect(server, token) }
        for work in Work.allCases { try rehearse(work) }
    }

    private func rehearse(_ work: Work) throws {
        let (node, arguments, texts) = try prepare(work)
        let start = ContinuousClock.now
        try node.run(arguments)
        durations[work] = (ContinuousClock.now - start) / .seconds(1)
        try finish(work, node, arguments, texts)
    }

    /// Makes something to do.
    ///
    /// - Returns: the command that does it, on which node, and the texts that are saved when it has.
    private func prepare(_ work: Work) throws -> (node: Node, arguments: [String], texts: Set<String>) {
        switch work {
        case .push:
            let (file, texts) = try batch()
            try save(texts, on: writer) { _ = try writer.run("import", file) }
            return (writer, ["sync"], [])
        case .pull:
            let (file, texts) = try batch()
            try save(texts, on: writer) { _ = try writer.run("import", file) }
            try syncWhole(writer)
            return (reader, ["sync"], acknowledged)
        case .bootstrap:
            let node = Node("node\(nodes.count)", in: scratch)
            try node.connect(server, token)
            nodes.append(node)
            try write(on: node)
            return (node, ["sync"], acknowledged)
        case .repair:
            for node in [writer, reader] { try syncWhole(node) }
            try damage(reader)
            return (reader, ["sync"], acknowledged)
        case .importing:
            let (file, texts) = try batches.isMultiple(of: 2) ? batch() : changeset()
            return (writer, ["import", file], texts)
        }
    }

    /// Some rows are not any more what was published, and of all the node has forgotten what that was.
    private func damage(_ node: Node) throws {
        _ = try node.sql(
            """
            UPDATE tags SET tag = tag || '!' WHERE rowid % 3 = 0; DELETE FROM change_log;
            UPDATE row_clocks SET hash = 1 WHERE dirty = 0; UPDATE digest SET sum = sum + 1
            """)
    }

    /// One short edit, reported as saved.
    private func write(on node: Node) throws {
        let note = "note \(UUID().uuidString)"
        try save([note], on: node) { _ = try node.run("new", note, "--body", note) }
    }

    private func save(_ texts: Set<String>, on node: Node, _ body: () throws -> Void) throws {
        try body()
        saved[node.name, default: []].formUnion(texts)
    }

    /// Prompts in a file, some with much text, so that a push has several parts.
    private func batch() throws -> (file: String, texts: Set<String>) {
        batches += 1
        let filler = String(repeating: "so that it has some weight; ", count: 40)
        let texts = (0..<Self.promptsPerBatch).map { "batch \(batches), \($0), \(UUID().uuidString) \(filler)" }
        let prompts = texts.enumerated().map { number, text in
            ["name": "prompt \(batches).\(number)", "body": text, "tags": ["t\(number % 7)"]] as [String: Any]
        }
        let path = "\(scratch.path)/batch\(batches).json"
        try JSONSerialization.data(withJSONObject: prompts).write(to: URL(filePath: path))
        return (path, Set(texts))
    }

    /// A changeset of the reader's that the writer has not seen yet.
    private func changeset() throws -> (file: String, texts: Set<String>) {
        let (file, texts) = try batch()
        try save(texts, on: reader) { _ = try reader.run("import", file) }
        let path = file + ".offbook"
        try reader.run("export", path)
        return (path, texts)
    }

    // MARK: - Killing

    /// Kills one of the two at a random moment of some work, and sees to it that nothing is lost.
    ///
    /// - Returns: whether the work was under way when it came to that.
    func kill(_ victim: Victim, during work: Work, within part: Double) throws -> Bool {
        let (node, arguments, texts) = try prepare(work)
        let client = try Program(arguments + ["--data", node.data], in: scratch)
        // Somebody goes on working beside it.
        if work != .bootstrap, Int.random(in: 0..<4) == 0 { try write(on: node) }
        let moment = Double.random(in: 0...part) * (durations[work] ?? 0.5)
        usleep(UInt32(moment * 1_000_000))
        let isUnderWay = !client.hasEnded
        try strike(victim, client, node)
        try expectNothingLost(node, texts, work)
        try finish(work, node, arguments, texts)
        return isUnderWay
    }

    private func strike(_ victim: Victim, _ client: Program, _ node: Node) throws {
        guard victim == .server else {
            client.kill()
            return
        }
        server.kill()
        // The client says so, and does not hang.
        let status = try client.end()
        guard status == 5 && client.error.contains("offbook: ") || status == 0 else {
            throw Complaint("\(node.name), whose server was killed, ended with \(status ?? -1): \(client.error)")
        }
        try server.restart()
        for node in nodes { try node.connect(server, token) }
    }

    /// Does again what was cut short, and this time all of it.
    private func finish(_ work: Work, _ node: Node, _ arguments: [String], _ texts: Set<String>) throws {
        try node.run(arguments)
        saved[node.name, default: []].formUnion(texts)
        if arguments == ["sync"] { acknowledged.formUnion(saved[node.name] ?? []) }
        try expectNothingLost(node, [], work)
    }

    private func syncWhole(_ node: Node) throws {
        try node.run("sync")
        acknowledged.formUnion(saved[node.name] ?? [])
    }

    // MARK: - What must hold

    /// What was reported as saved or acknowledged is there, both libraries are sound, and an import is all
    /// or nothing.
    private func expectNothingLost(_ node: Node, _ texts: Set<String>, _ work: Work) throws {
        let here = try self.texts(in: node.replica)
        try expect(saved[node.name] ?? [], in: here, "\(node.name), which had reported them as saved")
        try expect(acknowledged, in: try self.texts(in: server.node.replica), "the server, which had acknowledged them")
        let part = texts.intersection(here).count
        if work == .importing, part != 0, part != texts.count {
            throw Complaint("\(part) of the \(texts.count) prompts of an import are there")
        }
        for place in [node, server.node] {
            let outcome = try place.attempt("doctor")
            guard outcome.status == 0 else { throw Complaint("doctor on \(place.name): \(outcome)") }
        }
    }

    private func expect(_ texts: Set<String>, in found: Set<String>, _ place: String) throws {
        let lost = texts.subtracting(found)
        guard let one = lost.first else { return }
        throw Complaint("\(lost.count) texts are gone from \(place), such as “\(one.prefix(60))”")
    }

    private func texts(in file: String) throws -> Set<String> {
        Set(try sqlite(file, "SELECT body FROM versions").split(separator: "\n").map(String.init))
    }

    /// All have all of it, once, and nothing is left over.
    func expectEqual() throws {
        for _ in 0..<2 { for node in nodes { try syncWhole(node) } }
        let digest = try server.node.digest()
        for node in nodes + [server.node] {
            guard try node.digest() == digest else { throw Complaint("\(node.name) shows something else") }
            let count = try node.count("versions")
            let isOnce = try node.count("prompts") == count && texts(in: node.replica).count == count
            guard isOnce, count == acknowledged.count else { throw Complaint("\(node.name) has \(count) versions") }
            let left = try node.sql("SELECT (SELECT count(*) FROM staged_pages) + (SELECT count(*) FROM staged_parts)")
            guard left == "0" else { throw Complaint("\(node.name) has \(left) staged pages left over") }
        }
    }
}
