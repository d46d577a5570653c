import Foundation
import Testing

/// `kill -9` in the middle of a sync, of either side: the next one completes, and nothing is lost or
/// doubled.
///
/// The moments are random parts of the time that the same exchange took undisturbed, growing, as one
/// that comes late may find the work done.
@Suite(.serialized) struct CrashTests {
    private static let prompts = 1529
    private static let moments = [0.1...0.3, 0.3...0.5, 0.5...0.7, 0.7...0.95]

    enum Victim: CaseIterable { case server, client }

    @Test("1,529 prompts arrive once each, whoever is killed on the way", arguments: Victim.allCases)
    func killed(_ victim: Victim) throws {
        let scratch = try Scratch()
        let file = try Self.writePrompts(in: scratch)
        let server = try Server(in: scratch)

        let twin = Node("twin", in: scratch)
        try twin.run("import", file)
        try twin.connect(server, try server.token("Undisturbed"))
        let pushTime = try duration { try twin.sync() }
        let twinReader = Node("twin-reader", in: scratch)
        try twinReader.connect(server, try server.token("Undisturbed"))
        let pullTime = try duration { try twinReader.sync() }

        let token = try server.token("Disturbed")
        let writer = Node("writer", in: scratch)
        try writer.run("import", file)
        try writer.connect(server, token)
        let pushes = try disturb(victim, server, token, writer, pushTime)
        try writer.sync()
        try expectWhole(writer)

        let reader = Node("reader", in: scratch)
        try reader.connect(server, token)
        let pulls = try disturb(victim, server, token, reader, pullTime)
        try reader.sync()
        try writer.connect(server, token)
        try settle(writer, reader)
        try expectWhole(reader)
        #expect(try reader.digest() == writer.digest())
        #expect(pushes > 0 && pulls > 0, "hit \(pushes) pushes and \(pulls) pulls: the others were done already")
        try expectCleanServer(server, as: reader)
    }

    /// Kills syncs of the node at random moments.
    ///
    /// - Returns: how many were under way then.
    private func disturb(
        _ victim: Victim, _ server: Server, _ token: String, _ node: Node, _ time: TimeInterval
    ) throws -> Int {
        var hits = 0
        for moment in Self.moments {
            let client = try Program(["sync", "--data", node.data], in: node.scratch)
            usleep(UInt32(time * Double.random(in: moment) * 1_000_000))
            let isUnderWay = !client.hasEnded
            switch victim {
            case .client: client.kill()
            case .server:
                server.kill()
                // The client says so, and does not hang.
                let status = try client.end()
                #expect(status == 5 || status == 0, "\(client.error)")
                if isUnderWay, status == 5 { #expect(client.error.contains("offbook: ")) }
                try server.restart()
                try node.connect(server, token)
            }
            hits += isUnderWay ? 1 : 0
            try expectSound(node)
        }
        return hits
    }

    @Test("What a command reported as saved is there after a kill of everything, and half a command leaves nothing")
    func killedWriter() throws {
        let scratch = try Scratch()
        let file = try Self.writePrompts(in: scratch)
        let node = Node("node", in: scratch)
        try node.run("new", "kept", "--body", "reported as saved")
        let time = try duration { try node.run("import", file, "--dry-run") }
        for _ in 0..<3 {
            let importer = try Program(["import", file, "--data", node.data], in: scratch)
            usleep(UInt32(time * Double.random(in: 0.1...1.5) * 1_000_000))
            let wasKilled = importer.kill()
            try expectSound(node)
            let count = try node.count("prompts")
            #expect(count == 1 || count == Self.prompts + 1, "an import is all or nothing; killed: \(wasKilled)")
            #expect(try node.run("show", "kept").output == "reported as saved")
        }
        try node.run("import", file)
        #expect(try node.count("prompts") == Self.prompts + 1)
        #expect(try node.count("versions") == Self.prompts + 1)
    }

    /// As many prompts as the real collection has, so that a push has several parts.
    private static func writePrompts(in scratch: Scratch) throws -> String {
        let filler = String(repeating: "so that it has some weight; ", count: 20)
        let prompts = (0..<prompts).map { number in
            let body = "Text \(number), \(UUID().uuidString) \(filler)"
            return ["name": "prompt \(number)", "body": body, "tags": ["t\(number % 7)"]] as [String: Any]
        }
        let path = scratch.path + "/prompts.json"
        try JSONSerialization.data(withJSONObject: prompts).write(to: URL(filePath: path))
        return path
    }

    private func duration(_ body: () throws -> Void) throws -> TimeInterval {
        let start = ContinuousClock.now
        try body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private func expectSound(_ node: Node) throws {
        #expect(try node.sql("PRAGMA integrity_check") == "ok")
    }

    private func expectWhole(_ node: Node) throws {
        for table in ["prompts", "versions", "tips", "tags"] {
            #expect(try node.count(table) == Self.prompts, "\(table) on \(node.name)")
        }
        #expect(try node.sql("SELECT count(DISTINCT name) FROM prompts") == String(Self.prompts))
        #expect(try node.sql("SELECT count(DISTINCT body) FROM versions") == String(Self.prompts))
        #expect(try node.count("conflicts") == 0)
        #expect(try node.items("branches").isEmpty)
    }

    /// Nothing staged is left over on the server, and its replica holds what the nodes hold.
    private func expectCleanServer(_ server: Server, as node: Node) throws {
        let folder = server.node.data + "/workspaces"
        let file = folder + "/" + URL(filePath: try node.replica).lastPathComponent
        #expect(try sqlite(file, "SELECT count(*) FROM prompts") == String(Self.prompts))
        #expect(try sqlite(file, "SELECT count(*) FROM staged_parts") == "0")
        #expect(try node.sql("SELECT count(*) FROM staged_pages") == "0")
    }
}
