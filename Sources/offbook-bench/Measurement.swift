/// Something to measure: gives a figure or several that come out of the same rounds.
struct Measurement: Sendable {
    let name: String
    /// Takes minutes: made only where it is named.
    let isLong: Bool
    let figures: @Sendable (Workbench) throws -> [Figure]

    init(_ name: String, isLong: Bool = false, figures: @escaping @Sendable (Workbench) throws -> [Figure]) {
        self.name = name
        self.isLong = isLong
        self.figures = figures
    }

    static let all = [insert, update, apply, rejoin, wire, size, cold, scale, clocks, trash, signIn]
}
