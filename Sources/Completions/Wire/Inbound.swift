/// A request of a client, as it came: what has to be known of it is read, the rest is not touched.
package struct InboundRequest: Sendable {
    package let format: WireFormat
    package private(set) var document: JSONDocument
    package private(set) var model: String
    package let isStreaming: Bool
    /// Whether the client asked for the count of tokens at the end of a stream. Anthropic's always has it.
    package let wantsUsage: Bool
    /// Whether the model is asked to say the same each time.
    package let isDeterministic: Bool

    /// - Throws: `CompletionError` of code `invalidRequest`.
    package init(_ format: WireFormat, _ body: [UInt8]) throws(CompletionError) {
        self.format = format
        do {
            document = try JSONDocument(body)
        } catch {
            throw CompletionError(.invalidRequest, "the body is \(error)")
        }
        model = try Self.text("model", document)
        isStreaming = try Self.value("stream", document)?.boolean ?? false
        isDeterministic = try Self.value("temperature", document)?.double == 0
        let options = format == .openai && isStreaming ? try Self.value("stream_options", document) : nil
        wantsUsage = format == .anthropic || options?.object?["include_usage"]?.boolean ?? false
        guard document.has("messages") else { throw .invalid("messages", "it is missing") }
    }

    /// - Throws: `CompletionError` for what the format can't say.
    package init(_ format: WireFormat, _ request: ChatRequest) throws(CompletionError) {
        try self.init(format, try format.body(request).bytes)
    }

    private static func value(_ name: String, _ document: JSONDocument) throws(CompletionError) -> JSONValue? {
        do {
            return try document.value(name)
        } catch {
            throw .invalid(name, "\(error)")
        }
    }

    private static func text(_ name: String, _ document: JSONDocument) throws(CompletionError) -> String {
        guard let value = try value(name, document) else { throw .invalid(name, "it is missing") }
        guard let text = value.text, !text.isEmpty else { throw .invalid(name, "it has to be a text") }
        return text
    }

    /// Sets a field, and checks all anew.
    ///
    /// - Throws: `CompletionError` where the body is no request any more.
    package func setting(_ changes: [(name: String, json: [UInt8])]) throws(CompletionError) -> InboundRequest {
        try InboundRequest(format, document.setting(changes))
    }

    /// With an answer of at most so many tokens.
    ///
    /// - Throws: `CompletionError` where the body is no request any more.
    package func limited(toTokens most: Int) throws(CompletionError) -> InboundRequest {
        let named = ["max_completion_tokens", "max_tokens"].filter(document.has)
        let isNew = format == .openai && OpenAIRequestWriter.refusesMaxTokens(model)
        var changes: [(name: String, json: [UInt8])] = []
        for name in named.isEmpty ? [isNew ? "max_completion_tokens" : "max_tokens"] : named {
            let asked = try Self.value(name, document)?.double
            if asked.map({ $0 > Double(most) }) ?? true { changes.append((name, JSONValue.integer(most).bytes)) }
        }
        return changes.isEmpty ? self : try setting(changes)
    }

    /// What an answer may take, before anybody knows: a token for each three bytes that are sent, and as long an
    /// answer as is asked for, or 4,096 tokens where nothing is said, in as many choices.
    package var expectedUsage: TokenUsage {
        let asked = ["max_completion_tokens", "max_tokens"].lazy.compactMap { name in
            (try? Self.value(name, document))?.flatMap(\.integer)
        }.first
        let choices = min(max(1, (try? Self.value("n", document))?.flatMap(\.integer) ?? 1), 1024)
        let each = min(max(0, asked ?? 4096), TokenUsage.countMax / 1024)
        return TokenUsage(input: document.bytes.count / 3, output: each * choices)
    }

    /// For whom nobody watches the answer come.
    ///
    /// - Throws: `CompletionError` for a body that is not JSON throughout.
    package func unstreamed() throws(CompletionError) -> InboundRequest {
        guard document.has("stream") || document.has("stream_options") else { return self }
        do {
            var object = try document.whole()
            (object["stream"], object["stream_options"]) = (nil, nil)
            return try InboundRequest(format, JSONValue.object(object).bytes)
        } catch let error as CompletionError {
            throw error
        } catch {
            throw CompletionError(.invalidRequest, "the body is \(error)")
        }
    }

    /// The whole, in the model of both formats.
    ///
    /// - Throws: `CompletionError` that names the field at fault.
    package func decoded() throws(CompletionError) -> ChatRequest { try format.request(document.bytes) }

    /// What a provider of a format is sent.
    ///
    /// - Returns: the body, the names of hints that its format lacks, and whether the count of tokens was asked for
    ///   by us alone.
    func outbound(
        _ provider: WireFormat, model: String, asksForUsage: Bool
    ) throws(CompletionError) -> OutboundBody {
        guard provider == format else { return try translated(provider, model: model, asksForUsage) }
        var changes: [(name: String, json: [UInt8])] = []
        if model != self.model { changes.append(("model", JSONValue.text(model).bytes)) }
        let adds = format == .openai && isStreaming && !wantsUsage && asksForUsage
        if adds { changes.append(("stream_options", try optionsWithUsage().bytes)) }
        let bytes = changes.isEmpty ? document.bytes : document.setting(changes)
        return OutboundBody(bytes: bytes, dropped: [], hasAddedUsage: adds)
    }

    private func optionsWithUsage() throws(CompletionError) -> JSONValue {
        var options = try Self.value("stream_options", document)?.object ?? JSONObject()
        options["include_usage"] = true
        return .object(options)
    }

    private func translated(
        _ provider: WireFormat, model: String, _ asksForUsage: Bool
    ) throws(CompletionError) -> OutboundBody {
        var request = try decoded()
        request.model = model
        request.wantsUsage = asksForUsage
        let (bytes, dropped) = try provider.body(request)
        return OutboundBody(bytes: bytes, dropped: dropped, hasAddedUsage: false)
    }
}

struct OutboundBody: Sendable {
    var bytes: [UInt8]
    var dropped: [String]
    var hasAddedUsage: Bool
}
