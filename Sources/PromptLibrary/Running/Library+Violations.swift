internal import Changesets
internal import Policies
internal import ReplicaStore

extension Library {
    package func record(_ violations: [NewViolation]) throws { try record([], violations) }

    /// The newest first: those of who asks, and all for who manages the workspace.
    package func violations(
        _ query: ViolationQuery = ViolationQuery(), _ page: PageRequest = PageRequest()
    ) throws -> Listing<ViolationView> {
        try replica.read { reading in
            let ids = try reading.violations(filter(query, reading))
            let listed = try page.page(of: Array(ids.indices))
            return Listing(items: try listed.items.compactMap { try reading.violationView(ids[$0]) }, next: listed.next)
        }
    }

    /// The same, for who counts from the start of the list.
    package func violations(_ query: ViolationQuery, _ stretch: Stretch) throws -> Portion<ViolationView> {
        try replica.read { reading in
            let ids = stretch.of(try reading.violations(filter(query, reading)))
            return Portion(items: try ids.items.compactMap { try reading.violationView($0) }, total: ids.total)
        }
    }

    private func filter(_ query: ViolationQuery, _ reading: ReadTransaction) throws -> ViolationFilter {
        ViolationFilter(
            policy: try query.policy.map { try reading.wholeID($0) ?? reading.resolvePolicy($0).id },
            prompt: try query.prompt.map { try reading.resolvePrompt($0).id }, status: query.status?.rawValue,
            since: try query.since.map { try PastTime.milliseconds($0, now: replica.machineTime()) })
    }

    package func violation(_ id: String) throws -> ViolationView {
        try replica.read { try $0.resolvedViolation(id) }
    }

    /// Says what becomes of a violation.
    ///
    /// - Parameters:
    ///   - status: nil leaves it as it is, and whoever set it.
    ///   - notes: nil leaves them as they are.
    /// - Throws: `notFound`, `invalid`; `ReplicaError.denied` for who is no admin.
    @discardableResult
    package func triage(_ id: String, _ status: ViolationStatus?, notes: String? = nil) throws -> ViolationView {
        if let notes, notes.count > LibraryLimits.feedbackCharactersMax {
            throw LibraryError(
                .invalid, "the notes have more than \(LibraryLimits.feedbackCharactersMax) characters",
                field: "resolution_notes")
        }
        return try replica.write { transaction in
            let found = try transaction.reading.resolvedViolation(id)
            guard let row = RowID(hex: found.id) else { return found }
            var values: [String: Value] = [:]
            if let notes { values["notes"] = .text(notes) }
            if let status {
                values["status"] = .text(status.rawValue)
                values["resolved_at"] = status.isEnd ? .integer(transaction.now) : .null
                values["resolved_by"] = status.isEnd ? .blob(transaction.user) : .null
            }
            if !values.isEmpty { try transaction.update(.violations, row, values) }
            return try transaction.reading.resolvedViolation(found.id)
        }
    }
}

extension WriteTransaction {
    /// Of a call that is made again, as a job's may be, each is there once.
    func record(_ violation: NewViolation) throws {
        let id = violation.key.map { RowID.derived(table: SyncedTable.violations.name, key: $0) } ?? newID()
        guard try reading.violation(id) == nil else { return }
        try insert(
            into: .violations, id,
            [
                "policy_id": .blob(violation.policy), "prompt_id": violation.prompt.map { .blob($0) } ?? .blob([]),
                "version_id": Value(violation.version), "user_id": .blob(violation.user ?? user),
                "node_id": .blob(replica.rowID), "occurred_at": .integer(violation.occurredAt ?? now),
                "request": .text(violation.requestID), "side": .text(violation.side?.rawValue ?? ""),
                "kind": .text(violation.kind), "severity": .text(violation.severity.rawValue),
                "action": .text(violation.action.rawValue), "found": .text(violation.found),
                "findings": .integer(Int64(violation.findings)),
                "confidence": .text(violation.confidence.map { "\($0)" } ?? ""),
                "measured": .text(violation.measured.map { "\($0)" } ?? ""),
                "threshold": .text(violation.threshold.map { "\($0)" } ?? ""),
            ])
    }
}

extension ReadTransaction {
    /// By its whole id, or digits that it begins or ends with.
    fileprivate func resolvedViolation(_ name: String) throws -> ViolationView {
        let missing = LibraryError(.notFound, "there is no such violation; see: offbook policies violations")
        if let id = wholeID(name) {
            guard let view = try violationView(id) else { throw missing }
            return view
        }
        guard let digits = idDigits(name)?.lowercased() else { throw missing }
        let found = try violations(ViolationFilter()).filter { $0.hex.hasPrefix(digits) || $0.hex.hasSuffix(digits) }
        guard let id = found.first, let view = try violationView(id) else { throw missing }
        guard found.count == 1 else {
            throw LibraryError(.ambiguous, "several violations have the digits “\(name)”; give more of them")
        }
        return view
    }

    fileprivate func violationView(_ id: RowID) throws -> ViolationView? {
        guard let row = try violation(id) else { return nil }
        let policy = try row.policy.flatMap { try policyName($0) }
        return ViolationView(
            id: row.id.hex, policyID: row.policy?.hex ?? "", policy: policy,
            promptID: row.prompt.flatMap { $0.length == 16 ? $0.hex : nil }, versionID: row.version?.hex,
            userID: row.user?.hex, user: try row.user.flatMap { try userName($0) }, requestID: row.requestID,
            side: row.side.isEmpty ? nil : row.side, kind: row.kind, severity: row.severity, action: row.action,
            found: row.found, findings: row.findings, confidence: .written(row.confidence),
            measured: .written(row.measured), threshold: .written(row.threshold), message: row.message(policy),
            status: row.status, notes: row.notes, resolvedAt: row.resolvedAt,
            resolvedBy: try row.resolvedBy.flatMap { try userName($0) }, occurredAt: row.occurredAt)
    }
}

extension ViolationRecord {
    fileprivate func message(_ policy: String?) -> String {
        let subject = "“\(policy ?? "a policy that is not here")”"
        let place = side == "input" ? " in the request" : side == "output" ? " in the answer" : ""
        let what = found.isEmpty ? kind : "\(kind) \(found)"
        guard let measured = Double(measured) else { return "\(subject): \(what)\(place)" }
        let relation = kind == "min_length" ? "below" : "above"
        return "\(subject): \(kind) of \(measured)\(place), \(relation) \(threshold)"
    }
}

extension NewViolation {
    /// Nil for a call that has no name.
    fileprivate var key: [[UInt8]]? {
        guard !requestID.isEmpty else { return nil }
        return [policy.bytes, Array(requestID.utf8), Array((side?.rawValue ?? "").utf8), Array(kind.utf8)]
    }
}
