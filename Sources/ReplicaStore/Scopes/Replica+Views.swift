package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB
package import SyncEngine

/// What a client's user may read, as its server says.
extension Replica {
    package func enter(_ view: ReadView, isNewEpoch: Bool) throws -> Losses {
        let bytes = view.wireBytes
        // Whoever may read nothing has nobody to refuse what they wrote since.
        guard try view.isNothing || readOne({ try $0.view() }) != bytes else { return Losses() }
        return try writeUncaptured { transaction in
            try transaction.fold()
            try transaction.execute("DELETE FROM staged_pages", [])
            let former = try ReadView(wireBytes: transaction.reading.view())
            let losses = try transaction.withoutCapture {
                try Losing(transaction).loseAll(but: view, after: former, isNewEpoch: isNewEpoch)
            }
            try transaction.forgetHashesOutside(view)
            // Before it has met the server there is nothing that was held.
            try transaction.execute(
                "UPDATE remote SET view = ?, held = ?",
                [.blob(bytes[...]), .blob(try transaction.reading.heldView().intersection(view).wireBytes[...])])
            try transaction.closeGap(after: losses)
            return losses
        }
    }

    package func noteHeld() throws {
        let isDue = try readOne {
            try Bool.fetchOne(
                $0.database.keptStatement("SELECT EXISTS (SELECT 1 FROM remote WHERE held <> view)")) ?? false
        }
        if isDue { try writeUncaptured { try $0.execute("UPDATE remote SET held = view", []) } }
    }

    package func adopt(_ user: RowID) throws {
        try write { try $0.adopt(user) }
    }
}

extension ReadTransaction {
    /// What may be read here, as it travels; empty for everything.
    fileprivate func view() throws -> [UInt8] {
        try Data.fetchOne(database.keptStatement("SELECT view FROM remote")).map { [UInt8]($0) } ?? []
    }

    /// What was readable when the last pull was completed, and has been all the time since.
    fileprivate func heldView() throws -> ReadView {
        let bytes = try Data.fetchOne(database.keptStatement("SELECT held FROM remote")) ?? Data()
        return try ReadView(wireBytes: [UInt8](bytes))
    }

    /// Whether the server has said that nothing may be read here any more.
    package func lostAccess() throws -> Bool {
        let view = try view()
        return try !view.isEmpty && ReadView(bytes: view).isNothing
    }

    /// Whether there is nothing here but what every new replica holds, and it has met no server.
    func isBlank() throws -> Bool {
        let hasServer =
            try Bool.fetchOne(database.keptStatement("SELECT EXISTS (SELECT 1 FROM remote)")) ?? false
        return try !hasServer && isLibraryEmpty()
    }
}

extension WriteTransaction {
    /// Those of what stays although the view does not contain it.
    fileprivate func forgetHashesOutside(_ view: ReadView) throws {
        guard !view.seesEverything else { return }
        let homes = try Homes(self)
        for row in try storedClocks(where: "hash IS NOT NULL AND tbl IN (1, 2, 3, 16)") {
            guard let (state, table) = try rows.state(row.key, row.clock), let place = try homes.place(state, table),
                !view.contains(place.audience)
            else { continue }
            try setHash(nil, of: row.key, insteadOf: row.hash)
        }
    }

    /// The user that was made up here before it was known who it is goes, where nobody has heard of it.
    fileprivate func adopt(_ user: RowID) throws {
        try fold()
        let former = identity.user
        guard former != user else { return }
        try execute("UPDATE replica SET user_id = ?", [.blob(user)])
        identity.user = user
        let key = RowKey(table: SyncedTable.users.number, id: former)
        if let entry = try clocks.entry(key), entry.isDirty, entry.hash == nil, try reading.isBlank() {
            try withoutCapture { try erase(key) }
        }
        try execute(
            "UPDATE nodes SET user_id = ? WHERE id = ? AND user_id = ?",
            [.blob(user), .blob(replica.rowID), .blob(former)])
    }
}
