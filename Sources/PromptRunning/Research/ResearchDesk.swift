package import Completions
package import WebResearch

/// What of the web is put before a question.
package struct ResearchPlan: Sendable {
    package var depth: ResearchDepth
    /// Whether the question is asked without it where the web is not reached.
    package var onlyIfOnline = false

    package init(_ depth: ResearchDepth, onlyIfOnline: Bool = false) {
        (self.depth, self.onlyIfOnline) = (depth, onlyIfOnline)
    }
}

/// Looks things up on the web for completions: by the search engine that this machine's environment names
/// (`OFFBOOK_SEARXNG_URL`), else by DuckDuckGo's page for browsers without scripts. Pages of this machine and its own
/// network are not read, but for those of `OFFBOOK_RESEARCH_ALLOWED`: `host:port`, with commas between.
package struct ResearchDesk: Sendable {
    package static let engineVariable = "OFFBOOK_SEARXNG_URL"
    package static let allowedVariable = "OFFBOOK_RESEARCH_ALLOWED"

    private let researcher: Result<Researcher, CompletionError>

    /// - Parameter storage: where searches and reports are kept.
    package init(_ environment: @Sendable (String) -> String?, storage: any ResearchStorage = MemoryStorage()) {
        let cache = ResearchCache(storage: storage)
        let url = environment(Self.engineVariable).flatMap { $0.isEmpty ? nil : $0 }
        let allowed = (environment(Self.allowedVariable) ?? "").split(separator: ",").map {
            String($0.filter { !$0.isWhitespace })
        }
        researcher = Result { () throws(CompletionError) in
            Researcher(search: try Self.engine(url), fetcher: Self.fetcher(allowed), cache: cache)
        }
    }

    private static func fetcher(_ allowed: [String]) -> PageFetcher {
        var settings = FetchSettings()
        settings.guarding.allowed = Set(allowed)
        return PageFetcher(settings)
    }

    private static func engine(_ url: String?) throws(CompletionError) -> any WebSearch {
        guard let url else { return DuckDuckGo(fetcher: PageFetcher()) }
        do throws(ResearchError) {
            return try SearXNG(base: url)
        } catch {
            throw CompletionError(.invalidRequest, "\(engineVariable): \(error.message)")
        }
    }

    /// A request with what was found put before its last user message.
    ///
    /// - Parameters:
    ///   - scope: whose reports these are; nobody else is given them.
    ///   - ask: asks the model of the request something else.
    /// - Throws: `CompletionError`, and what `ask` throws.
    package func researched(
        _ request: InboundRequest, _ depth: ResearchDepth, scope: String,
        ask: @escaping @Sendable (InboundRequest) async throws -> String
    ) async throws -> (request: InboundRequest, report: ResearchReport) {
        let dialog = try ResearchedDialog(request)
        let researcher = try researcher.get()
        do {
            let report = try await researcher.research(
                dialog.question, depth: depth, model: request.model, scope: scope
            ) { question in
                try await ask(InboundRequest(.openai, ChatRequest(question, model: request.model)))
            }
            return (try dialog.with(report.message), report)
        } catch let error as ResearchError {
            throw CompletionError(error)
        }
    }
}

/// A request's messages, with a place before the last of the user's.
private struct ResearchedDialog {
    let request: InboundRequest
    let messages: [JSONValue]
    let place: Int
    /// What the user asks.
    let question: String

    /// - Throws: `CompletionError` where no user asks anything.
    init(_ request: InboundRequest) throws(CompletionError) {
        self.request = request
        messages = (try? request.document.value("messages"))?.flatMap(\.list) ?? []
        guard let place = messages.lastIndex(where: { $0.object?["role"]?.text == "user" }) else {
            throw CompletionError(.invalidRequest, "there is no question of a user to look up", field: "messages")
        }
        self.place = place
        question = Self.text(messages[place].object?["content"])
        guard question.contains(where: { !$0.isWhitespace }) else {
            throw CompletionError(
                .invalidRequest, "the last message of the user has no text to look up", field: "messages")
        }
    }

    private static func text(_ content: JSONValue?) -> String {
        if let text = content?.text { return text }
        return (content?.list ?? []).compactMap { $0.object?["text"]?.text }.joined(separator: "\n")
    }

    func with(_ material: String) throws(CompletionError) -> InboundRequest {
        var messages = messages
        messages.insert(["role": "user", "content": .text(material)], at: place)
        return try request.setting([("messages", JSONValue.list(messages).bytes)])
    }
}

extension ChatRequest {
    fileprivate init(_ question: ResearchQuestion, model: String) {
        self.init(model: model, system: [question.instructions], messages: [ChatMessage(.user, question.content)])
    }
}

extension CompletionError {
    /// What keeps a research from being done.
    fileprivate init(_ error: ResearchError) {
        let code: Code =
            switch error.code {
            case .cancelled: .cancelled
            case .timedOut: .timedOut
            case .unreachable, .unresolvable: .unreachable
            default: .providerFailed
            }
        self.init(code, "research: \(error.message)")
    }
}
