/// Fields that only one of the formats has.
enum RequestHints {
    /// An answer without them would not be the answer that was asked for.
    private static let needed: Set = [
        "n", "logprobs", "top_logprobs", "response_format", "modalities", "audio", "functions", "function_call",
        "prediction", "web_search_options", "mcp_servers", "container", "output_format", "output_config",
    ]
    /// What changes nothing, and so is no loss.
    private static let neutral: [String: JSONValue] = [
        "n": 1, "logprobs": false, "response_format": ["type": "text"], "modalities": ["text"],
    ]

    /// A request of one format never holds the hints of the other, so none can be written here.
    ///
    /// - Returns: the names of those that were dropped.
    /// - Throws: `CompletionError` for a field without which the answer would be another one.
    static func dropped(_ hints: [JSONObject.Member]) throws(CompletionError) -> [String] {
        for hint in hints where needed.contains(hint.name) && neutral[hint.name] != hint.value {
            throw .invalid(
                hint.name, "the provider of this model has no such field; leave it out, or choose another model")
        }
        return hints.map(\.name)
    }
}
