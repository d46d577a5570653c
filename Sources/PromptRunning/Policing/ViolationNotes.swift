internal import Changesets
internal import Policies
internal import PromptLibrary

/// What is found in one call, gathered: of one kind of thing on one side, a policy is written down once.
struct ViolationNotes: Sendable {
    private struct Key: Hashable {
        var policy: String
        var side: PolicySide?
        var kind: String
    }

    let subject: PolicyScreen.Subject
    let requestID: String
    private var found: [Key: NewViolation] = [:]
    private var order: [Key] = []

    init(subject: PolicyScreen.Subject, requestID: String) {
        (self.subject, self.requestID) = (subject, requestID)
    }

    /// In the order in which they were found.
    var all: [NewViolation] { order.compactMap { found[$0] } }

    /// - Parameter action: what was done; nil for what the policy says.
    mutating func note(_ finding: Finding, _ policy: Policy, _ side: PolicySide?, _ action: PolicyAction? = nil) {
        let key = Key(policy: policy.id, side: side, kind: finding.kind)
        guard var known = found[key] else {
            guard var new = violation(finding, policy, side) else { return }
            new.action = action ?? policy.action
            order.append(key)
            found[key] = new
            return
        }
        known.findings += 1
        known.confidence = max(known.confidence ?? 0, finding.confidence)
        found[key] = known
    }

    private func violation(_ finding: Finding, _ policy: Policy, _ side: PolicySide?) -> NewViolation? {
        guard let id = RowID(hex: policy.id) else { return nil }
        var new = NewViolation(
            policy: id, kind: finding.kind, severity: policy.severity, action: policy.action, side: side)
        (new.prompt, new.version, new.user) = (subject.prompt, subject.version, subject.user)
        (new.requestID, new.found) = (requestID, finding.masked)
        new.confidence = finding.confidence
        (new.measured, new.threshold) = (finding.measured, finding.threshold)
        return new
    }
}

extension NewViolation {
    /// What its caller is to be told; nil for nothing.
    func warning(_ policy: String) -> String? {
        guard action == .warn || action == .alert else { return nil }
        let place = side.map { $0 == .input ? " in the request" : " in the answer" } ?? ""
        return "the policy “\(policy)” warns: \(what)\(place)"
    }

    private var what: String {
        if let measured, let threshold { return "\(kind) of \(measured), where \(threshold) is allowed" }
        return found.isEmpty ? kind : "\(kind) \(found)"
    }
}
