package import Completions

/// What became of one task.
package struct BatchResult: Sendable, Equatable {
    package var index: Int
    package var name: String?
    /// Nil where it failed.
    package var response: String?
    package var error: String?
    /// Milliseconds.
    package var latency: Int
    /// Nil where the provider did not say.
    package var tokens: Int?
    package var model: String?
    /// Nano-dollars; nil where the price is not known.
    package var cost: Int?
    /// Of the task.
    var fingerprint: String

    package var hasSucceeded: Bool { response != nil }

    package init(_ task: BatchTask, response: String?, error: String?, _ summary: CompletionSummary?, latency: Int) {
        (index, name, self.response, self.error, self.latency) = (task.index, task.name, response, error, latency)
        (tokens, model) = (summary?.usage?.total, summary?.answeredModel ?? summary?.model)
        (cost, fingerprint) = (summary?.cost, task.fingerprint)
    }

    /// Makes a failure of it.
    mutating func refuse(_ reason: String) { (response, error) = (nil, reason) }

    /// As a line of JSON Lines.
    package var json: JSONValue {
        var object = JSONObject()
        object["task_index"] = .integer(index)
        object["id"] = name.map { .text($0) }
        object["success"] = .boolean(hasSucceeded)
        object["response"] = response.map { .text($0) } ?? .null
        object["error"] = error.map { .text($0) } ?? .null
        object["processing_time_ms"] = .integer(latency)
        object["tokens_used"] = tokens.map { .integer($0) } ?? .null
        object["model"] = model.map { .text($0) } ?? .null
        object["cost_nanodollars"] = cost.map { .integer($0) } ?? .null
        object["task_hash"] = .text(fingerprint)
        return .object(object)
    }

    /// Nil for what is no line of ours.
    package init?(_ line: JSONValue) {
        guard let object = line.object, let index = object["task_index"]?.integer, index >= 0,
            let hasSucceeded = object["success"]?.boolean, let latency = object["processing_time_ms"]?.integer
        else { return nil }
        (self.index, name, self.latency) = (index, object["id"]?.text, latency)
        (response, error) = (object["response"]?.text, object["error"]?.text)
        (tokens, model) = (object["tokens_used"]?.integer, object["model"]?.text)
        (cost, fingerprint) = (object["cost_nanodollars"]?.integer, object["task_hash"]?.text ?? "")
        guard hasSucceeded == (response != nil) else { return nil }
    }
}

/// What a batch came to.
package struct BatchTotals: Sendable, Equatable {
    package var tasks = 0
    package var succeeded = 0
    package var failed = 0
    package var tokens = 0
    /// Nano-dollars, of those whose price is known.
    package var cost = 0

    package init(tasks: Int) { self.tasks = tasks }

    package var done: Int { succeeded + failed }

    package mutating func add(_ result: BatchResult) {
        if result.hasSucceeded { succeeded += 1 } else { failed += 1 }
        tokens = tokens.addingSaturating(result.tokens ?? 0)
        cost = cost.addingSaturating(result.cost ?? 0)
    }
}

extension Int {
    /// What comes out of a file may be any number.
    fileprivate func addingSaturating(_ other: Int) -> Int {
        let (sum, isOver) = addingReportingOverflow(other)
        return isOver ? (other > 0 ? .max : .min) : sum
    }
}
