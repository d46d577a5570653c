package import Changesets
package import Policies
internal import PromptTemplates
internal import ReplicaStore

/// What a workspace's admins let go to a model, and come from it.
extension Library {
    package func policies(_ page: PageRequest = PageRequest()) throws -> Listing<PolicyView> {
        try replica.read { reading in try page.page(of: reading.policies().map(reading.view)) }
    }

    package func policy(_ name: String) throws -> PolicyView {
        try replica.read { try $0.view($0.resolvePolicy(name)) }
    }

    /// Those that are to be enforced.
    package func standingPolicies() throws -> [StandingPolicy] {
        try replica.read { try $0.policies().filter(\.isActive).map { StandingPolicy($0) } }
    }

    /// In which project a prompt is, for those policies that hold in one.
    package func project(ofPrompt prompt: RowID) throws -> RowID? {
        try replica.read { try $0.prompt(prompt)?.project }
    }

    /// - Throws: `conflict`, `invalid`; `ReplicaError.denied` for who is no admin.
    package func addPolicy(_ name: String, _ kind: PolicyKind, _ change: PolicyChange) throws -> PolicyView {
        var change = change
        (change.name, change.kind) = (name, kind)
        return try replica.write { transaction in
            try transaction.checkFree(name, but: nil)
            var record = PolicyRecord(id: transaction.newID(), createdAt: transaction.now)
            try transaction.apply(change, to: &record)
            try transaction.insert(into: .policies, record.id, record.columns)
            return try transaction.reading.view(record)
        }
    }

    package func changePolicy(_ name: String, _ change: PolicyChange) throws -> PolicyView {
        try replica.write { transaction in
            let former = try transaction.reading.resolvePolicy(name)
            if let new = change.name { try transaction.checkFree(new, but: former.id) }
            var record = former
            try transaction.apply(change, to: &record)
            let values = record.columns.filter { former.columns[$0.key] != $0.value }
            if !values.isEmpty { try transaction.update(.policies, record.id, values) }
            return try transaction.reading.view(record)
        }
    }

    /// What went against it stays.
    package func removePolicy(_ name: String) throws {
        try replica.write { try $0.delete(from: .policies, $0.reading.resolvePolicy(name).id) }
    }
}

extension ReadTransaction {
    func resolvePolicy(_ name: String) throws -> PolicyRecord {
        let all = try policies()
        if let id = wholeID(name), let policy = all.first(where: { $0.id == id }) { return policy }
        let named = all.filter { $0.name.utf8.elementsEqual(name.utf8) }
        let digits = named.isEmpty ? idDigits(name)?.lowercased() : nil
        let found =
            digits.map { digits in all.filter { $0.id.hex.hasPrefix(digits) || $0.id.hex.hasSuffix(digits) } } ?? named
        guard found.count < 2 else {
            let ids = found.map { shortID($0.id) }.joined(separator: ", ")
            throw LibraryError(.ambiguous, "several policies are named “\(name)”; name one by its id: \(ids)")
        }
        guard let policy = found.first else {
            throw LibraryError.missing("policy", name, among: all.map(\.name), otherwise: "see: offbook policies list")
        }
        return policy
    }

    fileprivate func view(_ record: PolicyRecord) throws -> PolicyView {
        PolicyView(record, project: try record.project.flatMap { try projectName($0) })
    }
}

extension WriteTransaction {
    fileprivate func checkFree(_ name: String, but own: RowID?) throws {
        try LibraryError.check(name: name)
        let isTaken = try reading.policies().contains { $0.id != own && $0.name.utf8.elementsEqual(name.utf8) }
        guard !isTaken else { throw LibraryError(.conflict, "there is a policy “\(name)” already") }
    }

    /// - Throws: `invalid`, in the words of `PolicyFault`.
    fileprivate func apply(_ change: PolicyChange, to record: inout PolicyRecord) throws {
        record.name = change.name ?? record.name
        record.description = try LibraryError.checked(description: change.description) ?? record.description
        record.kind = change.kind?.rawValue ?? record.kind
        record.rules = try change.rules?.json() ?? record.rules
        switch change.threshold {
        case nil: break
        case .unset?: record.threshold = ""
        case .to(let number)?: record.threshold = "\(number)"
        }
        record.severity = change.severity?.rawValue ?? record.severity
        record.action = change.action?.rawValue ?? record.action
        record.isActive = change.isActive ?? record.isActive
        record.isEnforced = change.isEnforced ?? record.isEnforced
        try move(&record, change.project)
        do {
            _ = try Policy(record)
        } catch let fault as PolicyFault {
            throw LibraryError(.invalid, fault.description, field: fault.field)
        }
    }

    private func move(_ record: inout PolicyRecord, _ project: PolicyChange.Setting<String>?) throws {
        switch project {
        case nil: break
        case .unset?: (record.isOfProject, record.project) = (false, nil)
        case .to(let name)?: (record.isOfProject, record.project) = (true, try reading.resolveProject(name).id)
        }
    }
}

extension PolicyRecord {
    fileprivate var columns: [String: Value] {
        [
            "name": .text(name), "description": .text(description), "kind": .text(kind), "rules": .text(rules),
            "threshold": .text(threshold), "severity": .text(severity), "action": .text(action),
            "is_active": .integer(isActive ? 1 : 0), "is_enforced": .integer(isEnforced ? 1 : 0),
            "project_id": Value(project), "created_at": .integer(createdAt),
        ]
    }
}

extension LibraryError {
    fileprivate static func checked(description: String?) throws -> String? {
        let most = LibraryLimits.feedbackCharactersMax
        if let description, description.count > most {
            throw LibraryError(.invalid, "the description has more than \(most) characters", field: "description")
        }
        return description
    }
}
