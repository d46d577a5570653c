package import Changesets
package import Policies
package import PromptTemplates
internal import ReplicaStore

package struct PolicyView: Encodable, Sendable, Equatable {
    package var id: String
    package var name: String
    package var description: String
    /// Of a newer Offbook, one that is not known here; so are severity and action.
    package var kind: String
    package var rules: TemplateValue
    /// What it means depends on the kind: see ``Policies/Policy``.
    package var threshold: Double?
    package var severity: String
    package var action: String
    package var isActive: Bool
    package var isEnforced: Bool
    /// Nil where it holds for the whole workspace.
    package var projectID: String?
    package var project: String?
    /// Unix milliseconds.
    package var createdAt: Int64

    package var rowID: RowID? { RowID(hex: id) }

    enum CodingKeys: String, CodingKey {
        case id, name, description, kind, rules, threshold, severity, action, project
        case isActive = "is_active"
        case isEnforced = "is_enforced"
        case projectID = "project_id"
        case createdAt = "created_at"
    }

    init(_ record: PolicyRecord, project: String?) {
        (id, name, description) = (record.id.hex, record.name, record.description)
        (kind, severity, action) = (record.kind, record.severity, record.action)
        rules = (try? TemplateValue(json: record.rules.utf8)) ?? .object([:])
        threshold = .written(record.threshold)
        (isActive, isEnforced) = (record.isActive, record.isEnforced)
        projectID = record.isOfProject ? record.project?.hex ?? "" : nil
        self.project = project
        createdAt = record.createdAt
    }
}

extension Double? {
    /// A number of a row. One that JSON can't have is none.
    static func written(_ text: String) -> Double? { Double(text).flatMap { $0.isFinite ? $0 : nil } }
}

/// What is to be changed of a policy; nil leaves it as it is.
package struct PolicyChange: Sendable {
    /// What can be taken away again.
    package enum Setting<Wanted: Sendable>: Sendable {
        case unset
        case to(Wanted)
    }

    package var name: String?
    package var description: String?
    package var kind: PolicyKind?
    /// An object, as `PolicyRules` reads it.
    package var rules: TemplateValue?
    package var threshold: Setting<Double>?
    package var severity: PolicySeverity?
    package var action: PolicyAction?
    package var isActive: Bool?
    package var isEnforced: Bool?
    /// By name or id; unset for the whole workspace.
    package var project: Setting<String>?

    package init() {}
}

/// A policy that is to be enforced, and where.
package struct StandingPolicy: Sendable {
    /// Nil where this Offbook can't read it: a newer one wrote it, or somebody by hand.
    package var policy: Policy?
    package var id: RowID
    package var name: String
    /// Whether nothing may pass where it can't be read.
    package var blocks: Bool
    package var isOfProject: Bool
    package var project: RowID?

    init(_ record: PolicyRecord) {
        (id, name, isOfProject, project) = (record.id, record.name, record.isOfProject, record.project)
        // Only what is known to be harmless may be passed over.
        let isHarmless = PolicyAction(rawValue: record.action).map { $0 != .block } ?? false
        blocks = record.isEnforced && !isHarmless
        policy = try? Policy(record)
    }

    /// Whether it holds for what comes of a prompt in a project, or of none.
    package func holds(in project: RowID?) -> Bool { !isOfProject || project != nil && self.project == project }
}

extension Policy {
    /// What is not enforced is only written down.
    ///
    /// - Throws: `PolicyFault`.
    init(_ record: PolicyRecord) throws {
        guard let kind = PolicyKind(rawValue: record.kind) else {
            throw PolicyFault(field: "kind", message: "“\(record.kind)” is not known here")
        }
        guard let severity = PolicySeverity(rawValue: record.severity) else {
            throw PolicyFault(field: "severity", message: "“\(record.severity)” is not known here")
        }
        guard let action = PolicyAction(rawValue: record.action) else {
            throw PolicyFault(field: "action", message: "“\(record.action)” is not known here")
        }
        guard record.threshold.isEmpty || Double(record.threshold) != nil else {
            throw PolicyFault(field: "threshold", message: "“\(record.threshold)” is no number")
        }
        try self.init(
            id: record.id.hex, name: record.name, kind: kind, rules: PolicyRules(json: Array(record.rules.utf8)),
            threshold: Double(record.threshold), severity: severity, action: record.isEnforced ? action : .log)
    }
}
