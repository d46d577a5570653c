/// Something to measure: gives a figure or several that come out of the same rounds.
struct Measurement: Sendable {
    let name: String
    let figures: @Sendable (Workbench) throws -> [Figure]

    init(_ name: String, figures: @escaping @Sendable (Workbench) throws -> [Figure]) {
        self.name = name
        self.figures = figures
    }

    static let all = [insert, update, apply, rejoin, wire, size, cold]
}
