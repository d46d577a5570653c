internal import AccessControl
internal import HTTPTypes
internal import PromptLibrary
internal import PromptTemplates

/// What went against policies: one's own, and all of the workspace for who manages it.
enum ViolationRoutes {
    private static let root = "/api/v1/violations"
    private static let one = root + "/{violation}"

    static let all: [Route] = [
        Route(.get, root, .allowed(.read), "Violations, the newest first", query: policy + filters) { call in
            try list(call, of: call.query["policy"] ?? call.query["policy_id"])
        },
        Route(
            .get, "/api/v1/policies/{policy}/violations", .allowed(.read),
            "What went against a policy, the newest first", query: filters
        ) { try list($0, of: $0.hexID("policy")) },
        Route(.get, one, .allowed(.read), "A violation") { try show($0, $0.library) },
        Route(
            .patch, one, .allowed(.manageWorkspace), "Say what becomes of a violation", taking: TriageInput.self
        ) { call, input in
            try call.library.atomically { library in
                try call.requireMatch(show(call, library))
                return ViolationResource(
                    try library.triage(call.hexID("violation"), input.violationStatus, notes: input.resolutionNotes))
            }
        },
    ]

    private static let policy = [QueryField("policy", .text, "Of a policy, by id or name; `policy_id` is the same.")]
    private static let filters =
        [
            QueryField("prompt", .text, "Of a prompt, by id or name; `prompt_id` is the same."),
            QueryField("status", .text, "open, acknowledged, resolved or false_positive."),
            QueryField("since", .text, "A day (2026-11-20), a moment (2026-11-20T08:00:00Z), or how long ago (7d)."),
        ] + Paging.fields

    private static func list(_ call: Call, of policy: String?) throws -> Reply<ListView<ViolationResource>> {
        let stretch = try Paging.stretch(call)
        let query = ViolationQuery(
            policy: policy, prompt: call.query["prompt"] ?? call.query["prompt_id"],
            status: try APIError.choice(call.query["status"], "status"), since: call.query["since"])
        let found = try call.library.violations(query, stretch)
        return call.page(Portion(items: found.items.map(ViolationResource.init), total: found.total), stretch)
    }

    private static func show(_ call: Call, _ library: Library) throws -> ViolationResource {
        ViolationResource(try library.violation(call.hexID("violation")))
    }
}

struct TriageInput: Input, Choosing {
    var status: String?
    var resolutionNotes: String?
    static let spellings = ["notes": "resolution_notes"]
    static let choices = ["status": ViolationStatus.allCases.map(\.rawValue)]
    static let example = TriageInput(status: "resolved", resolutionNotes: "The address is our own.")

    fileprivate var violationStatus: ViolationStatus? { get throws { try APIError.choice(status, "status") } }
}

struct ViolationResource: View {
    var id: String
    var policyId: String
    /// Its name; nil where the policy is not here.
    var policy: String?
    var promptId: String?
    var versionId: String?
    var userId: String?
    var user: String?
    /// Of the request that it was found in.
    var traceId: String?
    /// `input` or `output`; nil for what was measured.
    var side: String?
    /// Such as `email`, `threat`, `cost`.
    var violationType: String
    var severity: String
    /// What was done.
    var action: String
    /// A number for what was measured; a text, most of it masked, for what was found.
    var detectedValue: TemplateValue
    var thresholdValue: Double?
    var confidenceScore: Double?
    /// How many of the kind there were.
    var findings: Int64
    var message: String
    var status: String
    var resolutionNotes: String
    var resolvedAt: String?
    var resolvedBy: String?
    var createdAt: String

    fileprivate init(_ view: ViolationView) {
        (id, policyId, policy) = (view.id, view.policyID, view.policy)
        (promptId, versionId, userId, user) = (view.promptID, view.versionID, view.userID, view.user)
        traceId = view.requestID.isEmpty ? nil : view.requestID
        (side, violationType, severity, action) = (view.side, view.kind, view.severity, view.action)
        detectedValue = .detected(view.found, view.measured)
        (thresholdValue, confidenceScore, findings) = (view.threshold, view.confidence, view.findings)
        (message, status, resolutionNotes) = (view.message, view.status, view.notes)
        (resolvedAt, resolvedBy) = (view.resolvedAt.map(isoTime), view.resolvedBy)
        createdAt = isoTime(view.occurredAt)
    }
}
