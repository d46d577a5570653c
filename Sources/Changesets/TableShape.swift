/// What the merge has to know of a synced table.
package struct TableShape: Hashable, Sendable {
    package enum Rule: Hashable, Sendable {
        /// The greater stamp stays: last writer wins.
        case latest
        /// Written once: the smaller stamp stays.
        case earliest
    }

    package struct Column: Hashable, Sendable {
        package let name: String
        package let rule: Rule
        /// Whether a lost value goes to the conflict journal. Not so what a machine filled in.
        package let isJournalled: Bool

        package init(_ name: String, rule: Rule = .latest, isJournalled: Bool = true) {
            self.name = name
            self.rule = rule
            self.isJournalled = isJournalled
        }
    }

    package let name: String
    package let columns: [Column]
    /// Rows are only ever added, have no clock, and the first state of one stays.
    package let isAppendOnly: Bool
    /// The places of the columns, ascending by the bytes of their names.
    let columnsByName: [Int]

    package init(name: String, columns: [Column], isAppendOnly: Bool = false) {
        self.name = name
        self.columns = columns
        self.isAppendOnly = isAppendOnly
        columnsByName = columns.indices.sorted {
            columns[$0].name.utf8.lexicographicallyPrecedes(columns[$1].name.utf8)
        }
    }
}

/// The newest state of a row that a replica has, alive or deleted: a deleted row keeps its last
/// values, so that it is whole when it lives again.
package struct RowState: Hashable, Sendable {
    package var id: RowID
    package var clock: RowClock
    /// In the order of the shape's columns, then of the extras. So are the clock's stamps.
    package var values: [Value]
    /// Columns that a newer schema has and the shape has not, ascending by name. Each was written.
    package var extras: [TableShape.Column]

    package init(id: RowID, clock: RowClock, values: [Value], extras: [TableShape.Column] = []) {
        self.id = id
        self.clock = clock
        self.values = values
        self.extras = extras
    }
}
