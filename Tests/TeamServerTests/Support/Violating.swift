import Changesets
import DirectoryStore
import Policies
import PromptLibrary
import ReplicaStore

extension RunningServer {
    /// Writes down that somebody's call went against a policy, as what runs prompts does.
    ///
    /// - Returns: the violation's id.
    func violate(
        _ policy: String, by person: Person, in workspace: String, kind: String = "email",
        _ say: (inout NewViolation) -> Void = { _ in }
    ) throws -> String {
        guard let policy = RowID(hex: policy), let workspace = RowID(hex: workspace) else { throw Complaint("no ids") }
        let replica = try Replica(path: DataDirectory(path: folder).replicaPath(workspace))
        let library = Library(replica)
        var violation = NewViolation(policy: policy, kind: kind, severity: .high, action: .warn, side: .input)
        violation.user = try user(of: person, in: workspace)
        violation.requestID = RowID.uuid7(at: systemMilliseconds()).hex
        say(&violation)
        try library.record([violation])
        let written = try library.violations().items.first { $0.requestID == violation.requestID }
        try replica.close()
        guard let written else { throw Complaint("the violation is not there") }
        return written.id
    }

    /// Who somebody is among the rows of a workspace; nobody there where they may not come in.
    private func user(of person: Person, in workspace: RowID) throws -> RowID {
        let nobody = RowID.uuid7(at: systemMilliseconds())
        guard let caller = try store.caller(bearing: person.token, from: Self.here) else { return nobody }
        let reach = try? store.reach(of: caller) { reachable in
            guard let found = reachable.first(where: { $0.id == workspace }) else { throw Complaint("not theirs") }
            return found
        }
        return try reach.map { try store.persona(for: caller, in: $0, mayWrite: true).user } ?? nobody
    }
}
