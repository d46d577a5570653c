internal import Changesets
internal import ReplicaStore

extension Library {
    /// The conflict journal, newest first.
    package func conflicts(_ page: PageRequest = PageRequest()) throws -> Listing<ConflictView> {
        try replica.readFolded { reading in try page.page(of: reading.conflicts().map { try reading.view($0) }) }
    }

    /// What merges overwrote in a prompt, and who wrote what stands.
    package func why(_ name: String, _ page: PageRequest = PageRequest()) throws -> Listing<ConflictView> {
        try replica.readFolded { reading in
            let prompt = try resolveAnywhere(name, reading)
            return try page.page(of: reading.conflicts(of: prompt.id).map { try reading.view($0) })
        }
    }

    private func resolveAnywhere(_ name: String, _ reading: ReadTransaction) throws -> PromptRecord {
        do {
            return try reading.resolvePrompt(name)
        } catch let error as LibraryError where error.code == .notFound {
            guard let prompt = try? reading.resolveDeletedPrompt(name) else { throw error }
            return prompt
        }
    }

    /// Writes a lost value again, as an ordinary new edit; a lost delete is done again.
    package func restore(_ id: String) throws -> ConflictView {
        try replica.foldPending()
        return try replica.write { transaction in
            let found = try transaction.reading.idDigits(id).map { try transaction.reading.conflicts(idLike: $0) } ?? []
            guard let conflict = found.first else {
                throw LibraryError(.notFound, "the journal has no entry \(id); see: offbook conflicts list")
            }
            guard found.count == 1 else {
                throw LibraryError(.ambiguous, "several journal entries match \(id); give more digits")
            }
            try transaction.restore(conflict)
            return try transaction.reading.view(conflict)
        }
    }
}

extension WriteTransaction {
    fileprivate func restore(_ conflict: ConflictRecord) throws {
        guard let table = tables.named(conflict.table) else {
            throw LibraryError(.invalid, "the table \(conflict.table) is not known here; upgrade Offbook")
        }
        if conflict.column.isEmpty { return try delete(from: table, conflict.row) }
        guard let column = table.shape.columns.first(where: { $0.name == conflict.column }) else {
            throw LibraryError(
                .invalid, "the \(conflict.column) of \(conflict.table) is not known here; upgrade Offbook")
        }
        guard column.rule == .latest else {
            throw LibraryError(
                .invalid, "the \(conflict.column) of \(conflict.table) is written once and can't be restored")
        }
        try update(table, conflict.row, [conflict.column: conflict.value])
    }
}

extension ReadTransaction {
    func view(_ conflict: ConflictRecord) throws -> ConflictView {
        let table = tables.named(conflict.table)
        let isDelete = conflict.column.isEmpty
        let place = table?.columns.firstIndex(of: conflict.column)
        let clock = try table.flatMap { try self.clock(of: $0, conflict.row) }
        let current = isDelete ? clock.flatMap { overruling(conflict.stamp, $0) } : place.flatMap { clock?.columns[$0] }
        let value: Value? =
            isDelete ? nil : try table.flatMap { try currentValue(of: conflict.column, in: $0, conflict.row) }
        return ConflictView(
            id: conflict.id.hex, kind: isDelete ? .delete : .value, prompt: try promptName(of: conflict, table),
            table: conflict.table, rowID: conflict.row.hex, field: isDelete ? nil : conflict.column,
            lostValue: conflict.value.text, lostBy: try name(of: conflict.stamp.dot.replica),
            lostAt: conflict.stamp.time.milliseconds, currentValue: value?.text,
            currentBy: try current.flatMap { try name(of: $0.dot.replica) }, currentAt: current?.time.milliseconds)
    }

    /// The edit that the delete had not seen: of another node, and past what all deletes had seen.
    private func overruling(_ delete: Stamp, _ clock: RowClock) -> Stamp? {
        let unseen = clock.edits.entries.filter { !clock.deletes.contains($0) && $0.replica != delete.dot.replica }
        let stamps = clock.columns.distinct.filter { unseen.contains($0.dot) }
        // A change of a tag or a text leaves no stamp on the prompt's own columns.
        return stamps.max() ?? unseen.first.map { Stamp(time: .zero, dot: $0) }
    }

    private func name(of replica: ReplicaID) throws -> String {
        try nodeName(replica.rowID) ?? shortID(replica.rowID)
    }

    /// The name of the prompt that the row is, or belongs to.
    private func promptName(of conflict: ConflictRecord, _ table: SyncedTable?) throws -> String? {
        guard let table else { return nil }
        if table.name == SyncedTable.prompts.name {
            return try currentValue(of: "name", in: .prompts, conflict.row)?.text
        }
        guard table.columns.contains("prompt_id"),
            case .blob(let bytes)? = try currentValue(of: "prompt_id", in: table, conflict.row), let id = RowID(bytes)
        else { return nil }
        return try currentValue(of: "name", in: .prompts, id)?.text
    }
}
