/// What a row has beyond the columns of its shape: columns that only a newer schema knows. They are joined,
/// hashed and sent like all others.
extension RowState {
    /// The table's shape as this row has it.
    ///
    /// - Parameter base: of what is known of the table; without any column where it is not known.
    package func shape(_ base: TableShape) -> TableShape {
        let isAppendOnly = isAppendOnly(base)
        if extras.isEmpty, isAppendOnly == base.isAppendOnly { return base }
        return TableShape(name: base.name, columns: base.columns + extras, isAppendOnly: isAppendOnly)
    }

    /// A table that is not known says so by the clocks of its rows.
    func isAppendOnly(_ base: TableShape) -> Bool {
        base.isAppendOnly || base.columns.isEmpty && clock.isAppendOnly
    }

    /// The state with all of these extras, which are to hold its own. One that it lacks was never written.
    func having(_ all: [TableShape.Column], of shape: TableShape) -> RowState {
        if all == extras { return self }
        let known = shape.columns.count
        var state = RowState(id: id, clock: clock, values: Array(values.prefix(known)), extras: all)
        var stamps = clock.columns.all(known)
        for column in all {
            let place = extras.firstIndex { $0.name == column.name }.map { $0 + known }
            state.values.append(place.flatMap { $0 < values.count ? values[$0] : nil } ?? .null)
            stamps.append(place.flatMap { clock.columns[$0] })
        }
        state.clock.columns = ColumnStamps(stamps)
        return state
    }

    /// What was never written has its default, which only who knows the column can tell.
    package mutating func dropUnwrittenExtras() {
        let known = values.count - extras.count
        guard !clock.isAppendOnly, extras.indices.contains(where: { clock.columns[known + $0] == nil }) else { return }
        let written = extras.indices.filter { clock.columns[known + $0] != nil }
        let stamps = clock.columns.all(known) + written.map { clock.columns[known + $0] }
        values = values.prefix(known) + written.map { values[known + $0] }
        extras = written.map { extras[$0] }
        clock.columns = ColumnStamps(stamps)
    }

    /// The canonical bytes of each column's value.
    func bytesByName(_ shape: TableShape) -> [String: [UInt8]] {
        let named = zip(shape.columns + extras, values).map { ($0.name, $1.canonicalBytes) }
        return Dictionary(named, uniquingKeysWith: { first, _ in first })
    }
}

extension [TableShape.Column] {
    /// Those of both, ascending by name. Of two rules for one column, which no two releases have, the
    /// same stays everywhere.
    package func united(with other: [TableShape.Column]) -> [TableShape.Column] {
        if self == other { return self }
        var byName = Dictionary(map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        byName.merge(other.map { ($0.name, $0) }) { $0.order >= $1.order ? $0 : $1 }
        return byName.values.sortedByName()
    }
}

extension Collection<TableShape.Column> {
    /// Ascending by the bytes of their names.
    package func sortedByName() -> [TableShape.Column] {
        sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

extension TableShape.Column {
    /// The number of its rule on the wire and in a file.
    package var order: Int { (rule == .earliest ? 2 : 0) + (isJournalled ? 0 : 1) }

    /// Nil for a number that no rule has.
    package init?(_ name: String, order: Int) {
        guard 0...3 ~= order else { return nil }
        self.init(name, rule: order >= 2 ? .earliest : .latest, isJournalled: order.isMultiple(of: 2))
    }
}
