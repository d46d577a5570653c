/// What an answer took, in tokens, each counted once.
///
/// OpenAI counts what came from its cache inside the input, Anthropic beside it: here it is beside it.
package struct TokenUsage: Sendable, Hashable, Codable {
    /// Neither read from a cache of the provider nor written to one.
    package var input: Int
    package var cachedInput: Int
    /// For five minutes, or for as long as the provider likes.
    package var cacheWrite: Int
    /// For an hour.
    package var longCacheWrite: Int
    /// With what the model thought.
    package var output: Int
    /// The part of the output that the model thought.
    package var reasoning: Int

    package init(
        input: Int = 0, cachedInput: Int = 0, cacheWrite: Int = 0, longCacheWrite: Int = 0, output: Int = 0,
        reasoning: Int = 0
    ) {
        (self.input, self.cachedInput, self.cacheWrite) = (input, cachedInput, cacheWrite)
        (self.longCacheWrite, self.output, self.reasoning) = (longCacheWrite, output, reasoning)
    }

    /// All that the model read: what long context is measured by.
    package var allInput: Int { input + cachedInput + cacheWrite + longCacheWrite }
    package var total: Int { allInput + output }

    /// Beyond this a count is no count, and sums of them stay far from an overflow.
    static let countMax = 1 << 40

    /// - Returns: nil for what is no count; 0 for what is missing.
    static func count(_ value: JSONValue?) -> Int? {
        guard let value, !value.isNull else { return 0 }
        guard let count = value.integer, (0...countMax).contains(count) else { return nil }
        return count
    }
}

extension TokenUsage {
    /// - Returns: nil where it is no usage, or one that contradicts itself.
    init?(openAI value: JSONValue?) {
        guard let object = value?.object, object["prompt_tokens"] != nil || object["completion_tokens"] != nil,
            let prompt = Self.count(object["prompt_tokens"]), let output = Self.count(object["completion_tokens"]),
            let cached = Self.count(object["prompt_tokens_details"]?.object?["cached_tokens"]), cached <= prompt,
            let reasoning = Self.count(object["completion_tokens_details"]?.object?["reasoning_tokens"])
        else { return nil }
        self.init(
            input: prompt - cached, cachedInput: cached, output: output, reasoning: min(reasoning, output))
    }

    /// - Returns: nil where it is no usage.
    init?(anthropic value: JSONValue?) {
        guard let object = value?.object, object["input_tokens"] != nil || object["output_tokens"] != nil,
            let input = Self.count(object["input_tokens"]), let output = Self.count(object["output_tokens"]),
            let read = Self.count(object["cache_read_input_tokens"]),
            let written = Self.count(object["cache_creation_input_tokens"]),
            let hour = Self.count(object["cache_creation"]?.object?["ephemeral_1h_input_tokens"])
        else { return nil }
        let long = min(hour, written)
        self.init(
            input: input, cachedInput: read, cacheWrite: written - long, longCacheWrite: long, output: output)
    }

    /// What a later event of a stream says holds; where it is silent, what was said before.
    func updated(with later: TokenUsage) -> TokenUsage {
        var result = later
        if later.allInput == 0 {
            (result.input, result.cachedInput) = (input, cachedInput)
            (result.cacheWrite, result.longCacheWrite) = (cacheWrite, longCacheWrite)
        }
        if later.output == 0 { (result.output, result.reasoning) = (output, reasoning) }
        return result
    }

    var openAI: JSONValue {
        [
            "prompt_tokens": .integer(allInput), "completion_tokens": .integer(output),
            "total_tokens": .integer(total), "prompt_tokens_details": ["cached_tokens": .integer(cachedInput)],
            "completion_tokens_details": ["reasoning_tokens": .integer(reasoning)],
        ]
    }

    var anthropic: JSONValue {
        [
            "input_tokens": .integer(input), "cache_creation_input_tokens": .integer(cacheWrite + longCacheWrite),
            "cache_read_input_tokens": .integer(cachedInput), "output_tokens": .integer(output),
        ]
    }
}
