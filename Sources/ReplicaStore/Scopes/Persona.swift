package import AccessControl
package import Changesets
internal import GRDB

/// Somebody for whom a server reads and writes, as they themselves would on a node of their own.
package struct Persona: Sendable {
    package var actor: Actor
    /// Which user of the workspace's rows they are. It belongs to the actor's view.
    package var user: RowID
    /// What the others call them.
    package var name: String
    package var email: String?

    package init(actor: Actor, user: RowID, name: String, email: String?) {
        self.actor = actor
        self.actor.view.users.insert(user)
        self.user = user
        self.name = name
        self.email = email
    }
}

extension Replica {
    /// The same replica through somebody's eyes: what they may not see is not there, what they write is theirs,
    /// and what they may not write is refused with `ReplicaError.denied`.
    package func acting(as persona: Persona) -> Replica {
        let manages = AccessControl.decide(persona.actor, .manageWorkspace).isAllowed
        return Replica(
            self, persona: persona, seenBefore.rows(of: persona.actor.view, managesWorkspace: manages), ongoing: nil)
    }

    /// Several use cases in one transaction: each reads and writes within it, and all is there or nothing.
    package func atomically<T>(_ body: (Replica) throws -> T) throws -> T {
        try write { transaction in try body(Replica(self, persona: persona, seen, ongoing: transaction)) }
    }
}

extension WriteTransaction {
    /// The persona's own row, which comes with their first write.
    func introduce(_ persona: Persona) throws {
        let known = try Bool.fetchOne(
            database.keptStatement("SELECT EXISTS (SELECT 1 FROM users WHERE id = ?)"), arguments: [persona.user.blob])
        guard known != true else { return }
        try insert(
            into: .users, persona.user,
            [
                "name": .text(persona.name), "email": persona.email.map { .text($0) } ?? .null,
                "created_at": .integer(now),
            ])
    }
}

/// Asks, before each change that a persona makes, whether they may.
final class PersonaAuthority {
    private let authority: PushAuthority
    private let persona: Persona
    private let transaction: WriteTransaction

    init?(_ transaction: WriteTransaction, _ persona: Persona) throws {
        guard let authority = try PushAuthority(transaction, persona.actor, transaction.replica) else { return nil }
        self.authority = authority
        self.persona = persona
        self.transaction = transaction
    }

    /// - Parameters:
    ///   - values: what is written, by column; nil for a delete.
    /// - Throws: `ReplicaError.denied`, saying why.
    func judge(_ table: SyncedTable, _ id: RowID, _ values: [String: Value]?) throws {
        let rows = try transaction.rows[table.number]
        let living = try rows.values(of: id, isAlive: true)
        let former = try living ?? (table.isImmutable ? nil : rows.values(of: id, isAlive: false))
        let current = former.map { RowState(id: id, clock: living == nil ? Self.dead : .appendOnly, values: $0) }
        guard values != nil || living != nil else { return }
        // A persona is no runner.
        if table.number == SyncedTable.jobs.number, values?["progress"] != nil {
            throw ReplicaError(.denied, "only who runs a job says how far it is")
        }
        let row = RowState(
            id: id, clock: values == nil ? Self.dead : .appendOnly, values: Self.overlaid(former, values ?? [:], table))
        let reason =
            try authority.objection(to: row, insteadOf: current, in: table) ?? protectedLabel(row, current, table)
        if let reason { throw ReplicaError(.denied, reason) }
        authority.forget(RowKey(table: table.number, id: id))
    }

    private static func overlaid(_ former: [Value]?, _ values: [String: Value], _ table: SyncedTable) -> [Value] {
        table.columns.enumerated().map { place, column in
            values[column] ?? former.flatMap { place < $0.count ? $0[place] : nil } ?? .null
        }
    }

    private func protectedLabel(_ row: RowState, _ current: RowState?, _ table: SyncedTable) throws -> String? {
        guard table.number == SyncedTable.labels.number else { return nil }
        let fields = RowFields(current ?? row, table)
        guard let label = fields.text("label"), ProtectedLabels.contains(label), let prompt = fields.id("prompt_id")
        else { return nil }
        return try authority.objection(to: .moveProtectedLabel, of: prompt)
    }

    /// The clock of a row that is deleted: it says nothing else.
    private static let dead: RowClock = {
        var clock = RowClock()
        clock.deletes = VersionVector([Dot(replica: .random(), seq: 1)])
        return clock
    }()
}
