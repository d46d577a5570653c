/// Why a measurement could not be made.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// This machine lacks what a measurement takes.
struct MissingHere: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
