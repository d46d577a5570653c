internal import AccessControl
internal import HTTPTypes
internal import PromptLibrary

/// What may go to a model, and come from it.
enum PolicyRoutes {
    private static let root = "/api/v1/policies"
    private static let one = root + "/{policy}"

    static let all: [Route] = [
        Route(.get, root, .allowed(.read), "Policies, by name", query: Paging.fields) { call in
            try call.page(all: call.library.policies().items.map(PolicyResource.init))
        },
        Route(
            .post, root, .allowed(.manageWorkspace), "Add a policy", status: .created, taking: PolicyInput.self
        ) { call, input in try add(call, input) },
        Route(.get, one, .allowed(.read), "A policy") { try show($0, $0.library) },
        Route(.patch, one, .allowed(.manageWorkspace), "Change a policy", taking: PolicyInput.self, change),
        Route(
            .delete, one, .allowed(.manageWorkspace), "Remove a policy; what went against it stays"
        ) { call in
            try call.library.atomically { library in
                try call.requireMatch(show(call, library))
                try library.removePolicy(call.hexID("policy"))
            }
            return DoneView(detail: "the policy is removed; what went against it stays")
        },
        Route(
            .post, one + "/check", .allowed(.read), "Say what a policy would find in a text; nothing is kept of it",
            taking: PolicyCheckInput.self
        ) { call, input in
            PolicyCheckView(
                try call.library.findings(of: call.hexID("policy"), in: input.text, side: input.policySide))
        },
    ]

    private static func show(_ call: Call, _ library: Library) throws -> PolicyResource {
        PolicyResource(try library.policy(call.hexID("policy")))
    }

    private static func add(_ call: Call, _ input: PolicyInput) throws -> PolicyResource {
        let change = try input.change
        guard let name = change.name else { throw APIError.missing("name") }
        guard let kind = change.kind else { throw APIError.missing("policy_type") }
        return PolicyResource(try call.library.addPolicy(name, kind, change))
    }

    private static func change(_ call: Call, _ input: PolicyInput) throws -> PolicyResource {
        try call.library.atomically { library in
            try call.requireMatch(show(call, library))
            return PolicyResource(try library.changePolicy(call.hexID("policy"), input.change))
        }
    }
}

extension APIError {
    fileprivate static func missing(_ field: String) -> APIError {
        APIError(.invalid, "the field “\(field)” is missing", field: field)
    }

    /// What a text stands for, out of a list.
    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String?, _ field: String
    ) throws -> Choice? {
        guard let text else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.invalid, "\(field) is one of: \(known)", field: field)
        }
        return choice
    }
}
