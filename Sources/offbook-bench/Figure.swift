/// One line of the report: ours and the peer's medians, and how they compare.
struct Figure: Encodable {
    enum Unit: String, Encodable {
        case milliseconds = "ms"
        case bytesPerRow = "B/row"
        case bytes = "B"
        case megabytes = "MB"
        case rowsPerSecond = "rows/s"
        case perSecond = "/s"
    }

    let name: String
    /// What the numbers are of.
    let meaning: String
    let unit: Unit
    let ours: Double
    /// Nil where nothing in this run does the same.
    let peer: Double?
    /// Of the medians.
    let ratio: Double?
    /// The least and the greatest ratio of one round; of ours where there is no peer.
    let least: Double
    let greatest: Double
    let bar: Bar?
    let isHeld: Bool?

    init(
        _ name: String, _ meaning: String, _ unit: Unit = .milliseconds, ours: Samples, peer: Samples? = nil,
        bar: Bar? = nil
    ) {
        self.name = name
        self.meaning = meaning
        self.unit = unit
        self.ours = ours.median
        self.peer = peer?.median
        ratio = self.peer.map { [ours = self.ours] in ours / $0 }
        let spread = peer.map { peer in zip(ours.values, peer.values).map { $0 / $1 } } ?? ours.values
        least = spread.min() ?? .nan
        greatest = spread.max() ?? .nan
        self.bar = bar
        isHeld = bar?.isHeld(ours: self.ours, ratio: ratio)
    }
}
