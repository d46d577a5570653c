package import Changesets
package import Policies

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
