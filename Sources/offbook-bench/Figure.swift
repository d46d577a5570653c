/// One line of the report: ours and the peer's medians, and how they compare.
struct Figure: Encodable {
    enum Unit: String, Encodable {
        case milliseconds = "ms"
        case bytesPerRow = "B/row"
        case bytes = "B"
    }

    let name: String
    /// What the two numbers are of.
    let meaning: String
    let unit: Unit
    let ours: Double
    let peer: Double
    /// Of the medians.
    let ratio: Double
    /// The least and the greatest ratio of one round.
    let least: Double
    let greatest: Double

    init(_ name: String, _ meaning: String, _ unit: Unit = .milliseconds, ours: Samples, peer: Samples) {
        self.name = name
        self.meaning = meaning
        self.unit = unit
        self.ours = ours.median
        self.peer = peer.median
        ratio = self.ours / self.peer
        let ratios = zip(ours.values, peer.values).map { $0 / $1 }
        least = ratios.min() ?? ratio
        greatest = ratios.max() ?? ratio
    }
}
