package import Changesets
package import PromptTemplates
internal import ReplicaStore

/// A run of a prompt to be written down.
package struct NewTestRun: Sendable {
    /// Nil where the text was not that of any version.
    package var version: RowID?
    package var input: TemplateValue
    package var output: String
    /// Nil where nothing went wrong.
    package var error: String?
    package var use: MeasuredUse
    /// 1 to 5.
    package var rating: Int?
    package var feedback: String?
    /// False where somebody else writes down the use: the server what went through it.
    package var isCounted = true

    package init(
        version: RowID?, input: TemplateValue, output: String, error: String? = nil, use: MeasuredUse,
        rating: Int? = nil, feedback: String? = nil
    ) {
        self.version = version
        self.input = input
        self.output = output
        self.error = error
        self.use = use
        self.rating = rating
        self.feedback = feedback
    }
}

extension NewTestRun {
    /// To be asked before anything is spent on it.
    ///
    /// - Returns: the input as it is kept.
    /// - Throws: `LibraryError` `invalid` for a rating that is none, and for what is too long.
    @discardableResult
    package static func check(_ input: TemplateValue, rating: Int?, feedback: String?) throws -> String {
        try LibraryError.check(rating: rating, feedback: feedback)
        let (input, most) = (try input.json(), LibraryLimits.bodyBytesMax)
        guard input.utf8.count <= most else {
            throw LibraryError(.invalid, "the input has \(input.utf8.count) bytes; at most \(most) are kept")
        }
        return input
    }

    /// Of a longer one the beginning is kept: it is paid for.
    fileprivate var keptOutput: String {
        let most = LibraryLimits.bodyBytesMax
        return output.utf8.count <= most ? output : String(decoding: output.utf8.prefix(most - 3), as: UTF8.self)
    }
}

package struct TestRunView: Encodable, Sendable, Equatable {
    package var id: String
    package var promptID: String?
    package var versionID: String?
    /// Such as `v3`.
    package var version: String?
    package var user: String?
    package var input: TemplateValue
    package var output: String
    package var error: String?
    package var provider: String
    package var model: String
    package var inputTokens: Int64?
    package var cachedTokens: Int64?
    package var outputTokens: Int64?
    /// Input and output; nil where neither is known.
    package var tokensUsed: Int64?
    /// Dollars; nil where the price is not known.
    package var cost: Double?
    /// Milliseconds.
    package var latency: Int64?
    package var rating: Int64?
    package var feedback: String?
    /// Unix milliseconds.
    package var createdAt: Int64

    enum CodingKeys: String, CodingKey {
        case id, version, user, input, output, error, provider, model, cost, rating, feedback
        case promptID = "prompt_id"
        case versionID = "version_id"
        case inputTokens = "input_tokens"
        case cachedTokens = "cached_tokens"
        case outputTokens = "output_tokens"
        case tokensUsed = "tokens_used"
        case latency = "latency_ms"
        case createdAt = "created_at"
    }
}

extension Library {
    /// Writes down a run of a prompt, and, where nobody else does, that it was used.
    ///
    /// - Throws: `invalid` for a rating that is none, and for what is too long.
    package func recordTestRun(of name: String, _ run: NewTestRun) throws -> TestRunView {
        let input = try NewTestRun.check(run.input, rating: run.rating, feedback: run.feedback)
        return try replica.write { transaction in
            let (prompt, id) = (try transaction.reading.resolvePrompt(name).id, transaction.newID())
            try transaction.insert(
                into: .testRuns, id,
                run.use.columns.merging([
                    "prompt_id": .blob(prompt), "version_id": Value(run.version), "user_id": .blob(transaction.user),
                    "node_id": .blob(transaction.replica.rowID), "created_at": .integer(transaction.now),
                    "input": .text(input), "output": .text(run.keptOutput), "error": .text(run.error ?? ""),
                    "rating": Value(run.rating.map(Int64.init)), "feedback": .text(run.feedback ?? ""),
                ]) { $1 })
            if run.isCounted {
                try transaction.record(UsageEvent(.test, prompt: prompt, version: run.version, use: run.use))
            }
            return try transaction.reading.testRunView(id)
        }
    }

    /// The newest first.
    package func testRuns(of name: String, _ page: PageRequest = PageRequest()) throws -> Listing<TestRunView> {
        try replica.read { reading in
            let runs = try reading.testRuns(of: reading.resolvePrompt(name).id)
            let byID = Dictionary(runs.map { ($0.id.hex, $0) }, uniquingKeysWith: { first, _ in first })
            let listed = try page.page(of: runs.map(\.id.hex))
            return Listing(items: try listed.items.compactMap { try byID[$0].map(reading.view) }, next: listed.next)
        }
    }

    package func testRun(_ id: String) throws -> TestRunView {
        try replica.read { reading in try reading.testRunView(RowID(hex: id)) }
    }

    /// - Parameters:
    ///   - rating: 1 to 5; nil leaves it as it is.
    ///   - feedback: nil leaves it as it is.
    /// - Throws: `notFound`, `invalid`; `ReplicaError.denied` where the run is another's and its prompt is not to be
    ///   edited.
    package func rateTestRun(_ id: String, rating: Int? = nil, feedback: String? = nil) throws -> TestRunView {
        try LibraryError.check(rating: rating, feedback: feedback)
        return try replica.write { transaction in
            let run = try transaction.reading.testRunView(RowID(hex: id))
            guard let row = RowID(hex: run.id) else { return run }
            var values: [String: Value] = [:]
            if let rating { values["rating"] = .integer(Int64(rating)) }
            if let feedback { values["feedback"] = .text(feedback) }
            if !values.isEmpty { try transaction.update(.testRuns, row, values) }
            return try transaction.reading.testRunView(row)
        }
    }
}

extension ReadTransaction {
    fileprivate func testRunView(_ id: RowID?) throws -> TestRunView {
        guard let run = try id.flatMap({ try testRun($0) }) else {
            throw LibraryError(.notFound, "there is no such test run; see: offbook test list")
        }
        return try view(run)
    }

    fileprivate func view(_ run: TestRunRecord) throws -> TestRunView {
        let version = try run.version.flatMap { try self.version($0) }
        let tokens = [run.inputTokens, run.outputTokens].compactMap(\.self)
        return TestRunView(
            id: run.id.hex, promptID: run.prompt?.hex, versionID: run.version?.hex,
            version: version.map { "v\($0.generation)" }, user: try run.user.flatMap { try userName($0) },
            input: (try? TemplateValue(json: run.input.utf8)) ?? .text(run.input), output: run.output,
            error: run.error.isEmpty ? nil : run.error, provider: run.provider, model: run.model,
            inputTokens: run.inputTokens, cachedTokens: run.cachedTokens, outputTokens: run.outputTokens,
            tokensUsed: tokens.isEmpty ? nil : tokens.reduce(0, &+), cost: run.cost.map(dollars),
            latency: run.latency, rating: run.rating, feedback: run.feedback.isEmpty ? nil : run.feedback,
            createdAt: run.createdAt)
    }
}

extension LibraryError {
    fileprivate static func check(rating: Int?, feedback: String?) throws {
        if let rating, !(1...5).contains(rating) { throw LibraryError(.invalid, "a rating is 1 to 5") }
        let most = LibraryLimits.feedbackCharactersMax
        if let feedback, feedback.count > most {
            throw LibraryError(.invalid, "the feedback has \(feedback.count) characters; at most \(most) are allowed")
        }
    }
}

extension LibraryLimits {
    package static let feedbackCharactersMax = 10_000
}
