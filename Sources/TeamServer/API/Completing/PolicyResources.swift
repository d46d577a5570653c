internal import Policies
internal import PromptLibrary
internal import PromptTemplates

struct PolicyInput: Input, Choosing {
    var name: String?
    var description: String?
    var policyType: String?
    /// An object; which fields it has depends on the type.
    var rules: TemplateValue?
    /// Null takes it away. Of personal data and toxicity a confidence from 0 to 1, of cost dollars, of latency
    /// milliseconds.
    var threshold = Takeable<Double>.unsaid
    var severity: String?
    var action: String?
    var isActive: Bool?
    /// What is not enforced is only written down.
    var isEnforced: Bool?
    /// By id or name; null for the whole workspace.
    var projectId = Takeable<String>.unsaid
    static let spellings = ["kind": "policy_type", "type": "policy_type", "project": "project_id"]
    static let choices = [
        "policy_type": PolicyKind.allCases.map(\.rawValue), "severity": PolicySeverity.allCases.map(\.rawValue),
        "action": PolicyAction.allCases.map(\.rawValue),
    ]
    static let example = PolicyInput(
        name: "privacy", policyType: "pii", rules: ["kinds": ["email", "secret"]], threshold: .said(0.8),
        severity: "high", action: "block")

    /// - Throws: `APIError.invalid`, with the field.
    var change: PolicyChange {
        get throws {
            var change = PolicyChange()
            (change.name, change.description, change.rules) = (name, description, rules)
            change.kind = try APIError.choice(policyType, "policy_type")
            change.severity = try APIError.choice(severity, "severity")
            change.action = try APIError.choice(action, "action")
            (change.isActive, change.isEnforced) = (isActive, isEnforced)
            (change.threshold, change.project) = (threshold.setting, projectId.setting)
            // An empty one takes it out of its project, as of a prompt.
            if case .said("") = projectId { change.project = .unset }
            return change
        }
    }
}

extension Takeable {
    fileprivate var setting: PolicyChange.Setting<Value>? {
        switch self {
        case .unsaid: nil
        case .taken: .unset
        case .said(let value): .to(value)
        }
    }
}

struct PolicyResource: View {
    var id: String
    var name: String
    var description: String
    var policyType: String
    var rules: TemplateValue
    var threshold: Double?
    var severity: String
    var action: String
    var isActive: Bool
    var isEnforced: Bool
    /// Nil where it holds for the whole workspace.
    var projectId: String?
    var createdAt: String

    init(_ view: PolicyView) {
        (id, name, description) = (view.id, view.name, view.description)
        (policyType, rules, threshold) = (view.kind, view.rules, view.threshold)
        (severity, action, projectId) = (view.severity, view.action, view.projectID)
        (isActive, isEnforced, createdAt) = (view.isActive, view.isEnforced, isoTime(view.createdAt))
    }
}

struct PolicyCheckInput: Input, Choosing {
    var text: String
    /// Of which side it would be; any that the policy looks at where nil.
    var side: String?
    static let spellings = ["content": "text"]
    static let choices = ["side": PolicySide.allCases.map(\.rawValue)]
    static let example = PolicyCheckInput(text: "Write to ada@example.org.", side: "input")

    var policySide: PolicySide? { get throws { try APIError.choice(side, "side") } }
}

struct PolicyCheckView: View {
    var isViolated: Bool
    /// In the order of their places, a hundred at most.
    var findings: [FindingResource]

    init(_ findings: [Finding]) {
        self.findings = findings.map(FindingResource.init)
        isViolated = !findings.isEmpty
    }
}

struct FindingResource: Codable, Sendable {
    /// Such as `email`, `threat`, `required`.
    var violationType: String
    /// Where it begins and ends, in bytes of UTF-8; nil for what has no place.
    var start: Int?
    var end: Int?
    var confidenceScore: Double
    var detectedValue: TemplateValue
    var thresholdValue: Double?

    init(_ finding: Finding) {
        (violationType, confidenceScore) = (finding.kind, finding.confidence)
        (start, end) = (finding.range?.lowerBound, finding.range?.upperBound)
        detectedValue = .detected(finding.masked, finding.measured)
        thresholdValue = finding.threshold
    }
}

extension TemplateValue {
    /// The number that was measured, or what was found, masked.
    static func detected(_ masked: String, _ measured: Double?) -> TemplateValue {
        measured.map { .number("\($0)") } ?? (masked.isEmpty ? .null : .text(masked))
    }
}
