import Changesets
import FoundationEssentials
import ReplicaStore

extension Measurement {
    /// The server's interface for programs, asked by wrk over 16 connections, against our own /healthz, which does
    /// nothing. Each create is synced to the disk before it is answered.
    static let rest = Measurement("rest") { bench in
        let service = try await Service(bench)
        defer { service.stop() }
        try await bench.rounds(count: 1, { try service.warmUp() })
        try await bench.rounds(service.ask, service.get, service.create)
        return service.figures
    }
}

private final class Service {
    private static let connections = 16
    private static let seconds = 3
    private static let label = "staging"

    private let bench: Workbench
    private let team: RemoteTeam
    private let names: [String]
    private let health = Samples()
    private let gets = Samples()
    private let creates = Samples()
    private var round = 0

    init(_ bench: Workbench) async throws {
        try Program.require("wrk")
        self.bench = bench
        team = try RemoteTeam(bench)
        let writer = try await team.newNode()
        try writer.replica.fill(Workbench.cut(bench.library), label: Self.label)
        try await writer.sync()
        try writer.replica.close()
        let counts = Dictionary(bench.library.map { ($0.name, 1) }, uniquingKeysWith: +)
        names = counts.filter { $0.value == 1 }.keys.sorted().prefix(1000).map { $0.replacing(" ", with: "%20") }
    }

    func stop() { team.stop() }

    func warmUp() throws {
        _ = try load("", path: "/healthz")
        _ = try load(byName)
    }

    func ask() throws { health.note(try load("", path: "/healthz")) }
    func get() throws { gets.note(try load(byName)) }

    func create() throws {
        round += 1
        creates.note(try load(creating))
    }

    private var byName: String {
        """
        local names = { \(names.map { "\"\($0)\"" }.joined(separator: ", ")) }
        local place = 0
        request = function()
          place = place % #names + 1
          return wrk.format("GET", "/api/v1/prompts/by-name?label=\(Self.label)&name=" .. names[place])
        end
        """
    }

    private var creating: String {
        """
        wrk.headers["Content-Type"] = "application/json"
        local text = string.rep("Answer the question in at most ten words. ", 6)
        local place = 0
        request = function()
          place = place + 1
          local body = string.format('{"name": "made \(round) %d", "body": "%s"}', place, text)
          return wrk.format("POST", "/api/v1/prompts", nil, body)
        end
        """
    }

    /// How many requests were answered a second.
    private func load(_ script: String, path: String = "/") throws -> Double {
        let file = bench.newPath() + ".lua"
        let head = "wrk.headers[\"Authorization\"] = \"Bearer \(team.connection.token)\"\n"
        try Data((head + script).utf8).write(to: URL(filePath: file))
        let wrk = Program(
            "wrk", ["-t1", "-c\(Self.connections)", "-d\(Self.seconds)s", "-s", file, team.server.url + path])
        let said = try wrk.output(by: file + ".out")
        guard !said.contains("Non-2xx"), !said.contains("Socket errors"),
            let line = said.split(separator: "\n").first(where: { $0.hasPrefix("Requests/sec:") }),
            let rate = line.split(separator: " ").last.flatMap({ Double($0) })
        else { throw BenchError("not all was well: \(said)") }
        return rate
    }

    var figures: [Figure] {
        let what = "\(Self.connections) connections, to GET /healthz"
        return [
            Figure(
                "rest.get", "one of \(bench.library.count) prompts by name and label, \(what)", .perSecond, ours: gets,
                peer: health, bar: .ratio(atLeast: 0.6)),
            Figure(
                "rest.create", "a prompt with its text, durable: \(what)", .perSecond, ours: creates, peer: health,
                bar: .ours(atLeast: 3000)),
        ]
    }
}
