package import Changesets
package import Policies
internal import ReplicaStore

/// What went against a policy, to be written down.
package struct NewViolation: Sendable, Hashable {
    package var policy: RowID
    package var prompt: RowID?
    package var version: RowID?
    /// Nil for who writes it down.
    package var user: RowID?
    package var requestID = ""
    /// Nil for what was measured.
    package var side: PolicySide?
    /// As ``Finding/kind`` has it.
    package var kind: String
    package var severity: PolicySeverity
    /// What was done.
    package var action: PolicyAction
    /// Masked; of several, the first.
    package var found = ""
    package var findings = 1
    /// From 0 to 1; of several, the greatest.
    package var confidence: Double?
    package var measured: Double?
    package var threshold: Double?
    /// Unix milliseconds; nil for now.
    package var occurredAt: Int64?

    package init(
        policy: RowID, kind: String, severity: PolicySeverity, action: PolicyAction, side: PolicySide? = nil
    ) {
        (self.policy, self.kind, self.severity) = (policy, kind, severity)
        (self.action, self.side) = (action, side)
    }
}

/// What somebody has made of a violation.
package enum ViolationStatus: String, Sendable, CaseIterable {
    case open, acknowledged, resolved
    case falsePositive = "false_positive"

    var isEnd: Bool { self == .resolved || self == .falsePositive }
}

package struct ViolationView: Encodable, Sendable, Equatable {
    package var id: String
    package var policyID: String
    /// Nil where the policy is not here.
    package var policy: String?
    package var promptID: String?
    package var versionID: String?
    package var userID: String?
    package var user: String?
    package var requestID: String
    /// `input` or `output`; nil for what was measured.
    package var side: String?
    package var kind: String
    package var severity: String
    package var action: String
    /// Masked.
    package var found: String
    package var findings: Int64
    package var confidence: Double?
    package var measured: Double?
    package var threshold: Double?
    package var message: String
    package var status: String
    package var notes: String
    /// Unix milliseconds.
    package var resolvedAt: Int64?
    package var resolvedBy: String?
    /// Unix milliseconds.
    package var occurredAt: Int64

    enum CodingKeys: String, CodingKey {
        case id, policy, user, side, kind, severity, action, found, findings, confidence, measured, threshold, message
        case status, notes
        case policyID = "policy_id"
        case promptID = "prompt_id"
        case versionID = "version_id"
        case userID = "user_id"
        case requestID = "request_id"
        case resolvedAt = "resolved_at"
        case resolvedBy = "resolved_by"
        case occurredAt = "occurred_at"
    }
}

/// Which violations are asked for; nil for all.
package struct ViolationQuery: Sendable {
    package var policy: String?
    package var prompt: String?
    package var status: ViolationStatus?
    /// A time as `PastTime` takes it.
    package var since: String?

    package init(
        policy: String? = nil, prompt: String? = nil, status: ViolationStatus? = nil, since: String? = nil
    ) {
        (self.policy, self.prompt, self.status, self.since) = (policy, prompt, status, since)
    }
}

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
            policy: try query.policy.map { try reading.resolvePolicy($0).id },
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
    func record(_ violation: NewViolation) throws {
        try insert(
            into: .violations, newID(),
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
