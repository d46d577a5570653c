/// Something to measure: gives a figure or several that come out of the same rounds.
struct Measurement: Sendable {
    let name: String
    /// Takes minutes: made only where it is named.
    let isLong: Bool
    let findings: @Sendable (Workbench) async throws -> Findings

    init(
        _ name: String, isLong: Bool = false, findings: @escaping @Sendable (Workbench) async throws -> Findings
    ) {
        self.name = name
        self.isLong = isLong
        self.findings = findings
    }

    init(
        _ name: String, isLong: Bool = false, figures: @escaping @Sendable (Workbench) async throws -> [Figure]
    ) {
        self.init(name, isLong: isLong, findings: { Findings(figures: try await figures($0)) })
    }

    static let all = [
        insert, update, single, apply, rejoin, wire, size, push, roundTrip, cold, search, rest, start, binary, curves,
        serverCurves, largeCurves, largeServerCurves, bootstrap, scale, clocks, trash, signIn,
    ]

    /// Says why where this machine lacks what it takes.
    func made(_ bench: Workbench) async throws -> Findings {
        do {
            return try await findings(bench)
        } catch let missing as MissingHere {
            return Findings(notes: ["\(name) was not measured: \(missing)"])
        }
    }
}
