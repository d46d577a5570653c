package import AccessControl
package import Changesets
internal import GRDB

extension Replica {
    /// The scope that governs a living group; nil where there is none of that id.
    package func home(ofGroup id: RowID) throws -> Scope? {
        try read { reading in
            guard try !reading.groups(idLike: id.hex).isEmpty else { return nil }
            let rows = RowTables(reading.database, reading.tables)
            return try Homes(reading.database, reading.tables, rows, reading.identity().workspace).group(id)?.home
        }
    }
}
