internal import Changesets
internal import PromptTemplates
internal import ReplicaStore

/// What a workspace says of completions; nil where it says nothing.
package struct WorkspaceTerms: Encodable, Sendable, Equatable {
    package var defaultModel: String?
    /// 0 to 2.
    package var defaultTemperature: Double?
    /// Of one answer; at least 1.
    package var maxTokens: Int64?
    /// Nil for all.
    package var allowedModels: [String]?
    /// Nano-dollars a month, by UTC.
    package var costLimit: Int64?
    /// A month, by UTC.
    package var tokenLimit: Int64?
    /// Whether the answers of the server's cache travel to the nodes.
    package var sharesAnswers = false

    package init() {}

    enum CodingKeys: String, CodingKey {
        case defaultModel = "default_model"
        case defaultTemperature = "default_temperature"
        case maxTokens = "max_tokens"
        case allowedModels = "allowed_models"
        case costLimit = "cost_limit_nanodollars"
        case tokenLimit = "token_limit"
        case sharesAnswers = "shares_answers"
    }

    init(_ record: WorkspaceTermsRecord) {
        defaultModel = record.defaultModel.isEmpty ? nil : record.defaultModel
        defaultTemperature = Double(record.defaultTemperature)
        maxTokens = record.maxTokens
        // A list that can't be read here allows nothing, rather than all.
        allowedModels = record.allowedModels.isEmpty ? nil : TemplateValue.texts(record.allowedModels) ?? []
        costLimit = record.costLimit
        tokenLimit = record.tokenLimit
        sharesAnswers = record.sharesAnswers
    }

    /// - Parameter dollars: what may be spent in a month; nil for as much as anybody likes.
    /// - Throws: `LibraryError` `invalid` for less than 0 and for more than 1,000,000,000.
    package mutating func limitCost(to dollars: Double?) throws {
        guard let dollars else { return costLimit = nil }
        guard (0...1_000_000_000).contains(dollars) else {
            throw LibraryError(.invalid, "cost_limit is of 0 to 1000000000 dollars")
        }
        costLimit = Int64((dollars * 1e9).rounded())
    }

    /// Whether a model may be used here.
    package func allows(_ model: String) -> Bool { allowedModels?.contains(model) ?? true }

    fileprivate func columns() throws -> [String: Value] {
        try check()
        let allowed = try allowedModels.map { try TemplateValue.list($0.map { .text($0) }).json() }
        return [
            "default_model": .text(defaultModel ?? ""),
            "default_temperature": .text(try defaultTemperature.map(LibraryError.temperature) ?? ""),
            "max_tokens": Value(maxTokens), "allowed_models": .text(allowed ?? ""), "cost_limit": Value(costLimit),
            "token_limit": Value(tokenLimit), "shares_answers": .integer(sharesAnswers ? 1 : 0),
        ]
    }

    private func check() throws {
        for name in [defaultModel].compactMap(\.self) + (allowedModels ?? []) { try LibraryError.check(name: name) }
        if let maxTokens, maxTokens < 1 { throw LibraryError(.invalid, "max_tokens is at least 1") }
        if let costLimit, costLimit < 0 { throw LibraryError(.invalid, "cost_limit is at least 0") }
        if let tokenLimit, tokenLimit < 0 { throw LibraryError(.invalid, "token_limit is at least 0") }
        if let defaultModel, !allows(defaultModel) {
            throw LibraryError(.invalid, "the default model “\(defaultModel)” is not among the allowed ones")
        }
    }
}

extension Library {
    package func workspaceTerms() throws -> WorkspaceTerms {
        try replica.read { WorkspaceTerms(try $0.workspaceTerms()) }
    }

    /// What is not changed is not written: who changes one thing overrules nobody who changes another.
    ///
    /// - Throws: `invalid`; `ReplicaError.denied` for who is no admin.
    @discardableResult
    package func changeWorkspaceTerms(_ change: (inout WorkspaceTerms) throws -> Void) throws -> WorkspaceTerms {
        try replica.write { transaction in
            guard try transaction.reading.hasWorkspaceRow() else {
                throw LibraryError(.notFound, "the workspace is not known here yet; sync first")
            }
            let former = WorkspaceTerms(try transaction.reading.workspaceTerms())
            var terms = former
            try change(&terms)
            let old = (try? former.columns()) ?? [:]
            let changed = try terms.columns().filter { old[$0.key] != $0.value }
            if !changed.isEmpty { try transaction.update(.workspaces, transaction.workspace, changed) }
            return terms
        }
    }
}
