import Completions
import PromptLibrary
import PromptRunning
import Synchronization

/// Prints an answer as it comes, or whole.
final class AnswerPrint: Sendable {
    private let isStreaming: Bool
    private let isJSON: Bool
    private let endsLine = Mutex(true)

    init(isStreaming: Bool, isJSON: Bool) { (self.isStreaming, self.isJSON) = (isStreaming, isJSON) }

    func piece(_ text: String) {
        guard !text.isEmpty else { return }
        Console.printPiece(text)
        endsLine.withLock { $0 = text.hasSuffix("\n") }
    }

    /// On a terminal: what comes next begins on a line of its own.
    func breakLine() {
        if Console.isOutputTerminal, !endsLine.withLock({ $0 }) { Console.printPiece("\n") }
        endsLine.withLock { $0 = true }
    }

    func end(_ answer: ChatAnswer, _ result: RunResult) throws {
        if isJSON { return try JSONOutput.print(CompletionReport(answer, result)) }
        if !isStreaming { piece(answer.text) }
        breakLine()
        if answer.stop == .tooLong { Console.error("offbook: the answer is cut off at the most tokens allowed") }
    }
}

/// What `complete --json` prints.
struct CompletionReport: Encodable {
    struct Tokens: Encodable {
        var input: Int
        /// Among those of the input.
        var cached: Int
        var output: Int
    }

    var text: String
    var model: String
    var provider: String
    var route: UsageRoute
    /// Of the prompt; nil without one.
    var version: String?
    /// Nil where the provider did not say.
    var tokens: Tokens?
    /// Dollars; nil where the price is not known.
    var cost: Double?
    var latency: Int64
    /// `hit`, `miss`, `joined`, or `unused` where it was not asked.
    var cache: String
    /// `finished`, `too_long`, `stop_text` or `refused`.
    var stop: String

    enum CodingKeys: String, CodingKey {
        case text, model, provider, route, version, tokens, cost, cache, stop
        case latency = "latency_ms"
    }

    init(_ answer: ChatAnswer, _ result: RunResult) {
        let (summary, use) = (result.summary, result.use)
        text = answer.text
        model = use?.model ?? answer.model
        provider = use?.provider ?? result.taken?.provider ?? ""
        route = use?.route ?? result.taken?.route ?? .cache
        version = result.prepared.versionName
        tokens = summary?.usage.map { Tokens(input: $0.allInput, cached: $0.cachedInput, output: $0.output) }
        cost = use?.cost.map(dollars)
        latency = use?.latency ?? 0
        cache = (summary?.cache ?? .unused).rawValue
        stop =
            switch answer.stop {
            case .finished, .toolUse: "finished"
            case .tooLong: "too_long"
            case .stopText: "stop_text"
            case .refused: "refused"
            }
    }

    /// What is not known is written out as null.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(text, forKey: .text)
        try container.encode(model, forKey: .model)
        try container.encode(provider, forKey: .provider)
        try container.encode(route, forKey: .route)
        try container.encode(version, forKey: .version)
        try container.encode(tokens, forKey: .tokens)
        try container.encode(cost, forKey: .cost)
        try container.encode(latency, forKey: .latency)
        try container.encode(cache, forKey: .cache)
        try container.encode(stop, forKey: .stop)
    }
}
