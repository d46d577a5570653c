internal import Changesets

/// Puts the rows of a batch into the order of our columns: an older sender lacks some, which get their
/// default and no stamp; a newer one has others, which become extras.
struct Alignment {
    private let shape: TableShape
    private let fallbacks: [Value]
    /// Where each of our columns is in the batch.
    private let places: [Int?]
    /// What we do not know, ascending by name, and where it is.
    private let extras: [TableShape.Column]
    private let extraPlaces: [Int]

    /// - Parameter fallbacks: what our columns have by default.
    init(of batch: RowBatch, to shape: TableShape, _ fallbacks: [Value]) {
        let own = Set(shape.columns.map(\.name))
        let theirs = Dictionary(
            batch.shape.columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        extras = batch.shape.columns.filter { !own.contains($0.name) }.sortedByName()
        extraPlaces = extras.compactMap { theirs[$0.name] }
        places = shape.columns.map { theirs[$0.name] }
        self.shape = shape
        self.fallbacks = fallbacks
    }

    func callAsFunction(_ row: RowState) -> RowState {
        if extras.isEmpty, places.enumerated().allSatisfy({ $0 == $1 }) { return row }
        var aligned = row
        aligned.values = places.enumerated().map { own, place in
            place.map { row.values[$0] } ?? fallbacks[own]
        }
        aligned.values += extraPlaces.map { row.values[$0] }
        aligned.extras = extras
        if !row.clock.isAppendOnly {
            let stamps = places.map { place in place.flatMap { row.clock.columns[$0] } }
            aligned.clock.columns = ColumnStamps(stamps + extraPlaces.map { row.clock.columns[$0] })
        }
        aligned.dropUnwrittenExtras()
        return aligned
    }
}
