package import AccessControl
package import Changesets
internal import FoundationEssentials
internal import GRDB
package import SyncEngine

/// Labels that move only through the server, online: a laptop's Monday must not deploy on Friday.
package enum ProtectedLabels {
    package static func contains(_ label: String) -> Bool { label == "production" }
}

extension ReadTransaction {
    /// What a prompt's labels point at.
    package func labels(of prompt: RowID) throws -> [String: RowID] {
        let rows = try Row.fetchAll(
            database.keptStatement("SELECT label, version_id FROM labels WHERE prompt_id = ? ORDER BY id"),
            arguments: [prompt.blob])
        // A row made in the shell may double one.
        return Dictionary(
            rows.compactMap { row in row.id("version_id").map { (row["label"], $0) } },
            uniquingKeysWith: { first, _ in first })
    }
}

extension ReadTransaction {
    /// A row made in the shell may double one.
    fileprivate func labelRows(_ label: String, of prompt: RowID) throws -> [(id: RowID, version: RowID?)] {
        let rows = try Row.fetchAll(
            database.keptStatement("SELECT id, version_id FROM labels WHERE prompt_id = ? AND label = ?"),
            arguments: [prompt.blob, label])
        return try rows.map { (try $0.requiredID("id"), $0.id("version_id")) }
    }
}

extension WriteTransaction {
    /// - Parameter version: nil takes the label away.
    package func setLabel(_ label: String, of prompt: RowID, to version: RowID?) throws {
        let id = RowID.derived(table: SyncedTable.labels.name, key: [prompt.bytes, Array(label.utf8)])
        let rows = try reading.labelRows(label, of: prompt)
        guard let version else {
            for row in rows { try delete(from: .labels, row.id) }
            return
        }
        if !rows.contains(where: { $0.id == id }) {
            try insert(
                into: .labels, id, ["prompt_id": .blob(prompt), "label": .text(label), "version_id": .blob(version)])
        }
        for row in rows where row.version != version {
            try update(.labels, row.id, ["version_id": .blob(version)])
        }
    }
}

extension Replica {
    package func move(_ label: LabelMove, by actor: Actor = .everything) throws -> (isMoved: Bool, version: RowID?) {
        try write { transaction in
            try transaction.check(label, by: actor)
            let current = try transaction.reading.labels(of: label.prompt)[label.label]
            guard current == label.expected else { return (false, current) }
            try noteClock(transaction)
            try transaction.check(label)
            try transaction.setLabel(label.label, of: label.prompt, to: label.version)
            return (true, label.version)
        }
    }
}

extension WriteTransaction {
    /// Before anything is said of the label: whoever may not see the prompt is told that there is none.
    fileprivate func check(_ label: LabelMove, by actor: Actor) throws {
        guard !actor.view.seesEverything else { return }
        let homes = try Homes(self)
        guard let place = try homes.prompt(label.prompt), actor.view.contains(place.audience) else {
            throw SyncRefusal(.malformed, "the server has no such prompt; sync first")
        }
        let decision = AccessControl.decide(actor, .moveProtectedLabel, home: place.home, through: place.groups)
        if let reason = decision.reason { throw SyncRefusal(.forbidden, reason) }
    }

    fileprivate func check(_ label: LabelMove) throws {
        guard try reading.prompt(label.prompt) != nil else {
            throw SyncRefusal(.malformed, "the server has no such prompt; sync first")
        }
        guard let version = label.version else { return }
        guard try reading.version(version)?.prompt == label.prompt else {
            throw SyncRefusal(.malformed, "the server has no such version of the prompt; sync first")
        }
    }

    /// Why a pushed label can't be taken, or nil. Where a protected one is involved, before or after,
    /// the join must leave the server's row as it is; a new row comes in only with its prompt, when that
    /// is new to the server.
    func objection(toPushedLabel pushed: RowState, newPrompts: Set<RowID>) throws -> String? {
        let reason = "a protected label moves only online: offbook label"
        let key = RowKey(table: SyncedTable.labels.number, id: pushed.id)
        guard let clock = try clocks.entry(key)?.clock, let current = try rows.state(key, clock)?.state else {
            return try isNewProtectedLabel(pushed, newPrompts) ? reason : nil
        }
        guard isProtected(current) || isProtected(pushed) else { return nil }
        let joined = RowJoin(current, pushed, shape: SyncedTable.labels.shape).row
        let stays =
            joined.values == current.values && joined.extras == current.extras && joined.clock.isAlive == clock.isAlive
        return stays ? nil : reason
    }

    private func isProtected(_ row: RowState) -> Bool {
        guard row.values.count >= 3, case .text(let label) = row.values[1] else { return false }
        return ProtectedLabels.contains(String(decoding: label, as: UTF8.self))
    }

    private func isNewProtectedLabel(_ row: RowState, _ newPrompts: Set<RowID>) throws -> Bool {
        guard isProtected(row), case .blob(let bytes) = row.values[0], let prompt = RowID(bytes) else { return false }
        let isKnown = try clocks.entry(RowKey(table: SyncedTable.prompts.number, id: prompt)) != nil
        return isKnown && !newPrompts.contains(prompt)
    }
}
