internal import Changesets
package import Completions
internal import FoundationEssentials
package import PromptLibrary
package import ReplicaStore
package import WebResearch

/// Runs prompts from one node: from what is kept, on this machine, through the team server, straight at a provider,
/// or later.
///
/// A way is left for the next only where nobody is reached or nobody has the model; never where somebody refuses.
package struct NodeRun: Sendable {
    package var route = RouteChoice.auto
    package var cacheUse = CompletionCall.CacheUse.whereDeterministic
    /// Whether an answer is of no use later: then it is never queued.
    package var isForNow = false
    /// What is looked up on the web first.
    package var research: ResearchPlan?
    /// How it is counted.
    package var kind = UsageKind.completion
    /// Told before the answer begins.
    package var whenTaken: @Sendable (TakenRoute) -> Void = { _ in }
    /// Told each piece of the text, where the wish is for a stream.
    package var whenSaid: @Sendable (String) -> Void = { _ in }

    /// Told of each run on the way to an answer: to be counted.
    package var whenRun: @Sendable (RunResult) -> Void = { _ in }
    /// Told what policies warn of, and whether what went against them could be written down.
    package var whenViolated: @Sendable (_ warnings: [String], _ recording: Result<Void, any Error>) -> Void = {
        _, _ in
    }
    /// Told what the web gave, or why there was none of it, where that is no failure.
    package var whenResearched: @Sendable (Result<ResearchReport, CompletionError>) -> Void = { _ in }

    let library: Library
    let desk: ResearchDesk
    let directory: DataDirectory
    let catalog: ModelCatalog
    let connection: ServerConnection?

    /// - Throws: `ReplicaError`.
    package init(_ library: Library, _ directory: DataDirectory, _ sources: ProviderSources) throws {
        (self.library, self.directory) = (library, directory)
        catalog = try sources.catalog(of: library)
        desk = ResearchDesk(sources.environment, storage: FileResearch(directory))
        connection = try directory.connection(of: library.workspace)
    }

    /// What comes after somebody was asked is in the result, errors too.
    ///
    /// - Throws: what is wrong with the wish: `LibraryError`, `TemplateError`, `CompletionError`.
    package func run(_ wish: CompletionWish) async throws -> RunResult {
        let prepared = try wish.composed(library, catalog)
        try catalog.check(prepared.request.model)
        // Nothing is looked up of what must not go out.
        if research != nil, let refused = refusal(of: prepared) { return refused }
        return try await run(researched(prepared))
    }

    private func refusal(of prepared: PreparedCompletion) -> RunResult? {
        let police = NodePolice(catalog, prepared)
        return refused(prepared, police).map { note(police, $0) }
    }

    /// What the policies say of the request is said before any way is gone: also of what only waits.
    func run(_ prepared: PreparedCompletion) async throws -> RunResult {
        let police = NodePolice(catalog, prepared)
        if let refused = refused(prepared, police) { return note(police, refused) }
        do {
            return note(police, try await route(prepared, police))
        } catch {
            _ = note(police, RunResult(end: .failed(error), taken: nil, prepared: prepared))
            throw error
        }
    }

    private func refused(_ prepared: PreparedCompletion, _ police: NodePolice) -> RunResult? {
        do throws(CompletionError) {
            try police.admit(prepared.request)
            return nil
        } catch {
            return RunResult(end: .failed(error), taken: nil, prepared: prepared)
        }
    }

    private func note(_ police: NodePolice, _ result: RunResult) -> RunResult {
        let (violations, warnings) = (police.found(result), police.warnings)
        if !violations.isEmpty || !warnings.isEmpty {
            // Who may read a library but not write it runs prompts too.
            whenViolated(warnings, Result { try library.record(violations) })
        }
        return result
    }

    private func route(_ prepared: PreparedCompletion, _ police: NodePolice) async throws -> RunResult {
        var passed: [PassedRoute] = []
        for way in route.routes where way != .queue || !isForNow {
            do {
                if let result = try await attempt(way, prepared, passed, police) { return result }
            } catch let error as CompletionError where error.leavesRoute {
                guard route == .auto else { throw error }
                passed.append(PassedRoute(way, error))
            }
        }
        throw CompletionError.nowhere(passed)
    }

    private func attempt(
        _ way: UsageRoute, _ prepared: PreparedCompletion, _ passed: [PassedRoute], _ police: NodePolice
    ) async throws -> RunResult? {
        guard way != .queue else { return try queue(prepared, passed) }
        let routes = try await way == .cache ? keptRoutes(prepared) : routes(way, prepared)
        var call = CompletionCall(
            id: police.requestID, workspace: try workspace(), prepared.request, routes: routes)
        call.cacheUse = way == .cache ? .only : cacheUse
        let taken = TakenRoute(route: way, provider: routes.first?.provider.name ?? "", passed: passed)
        return try await ask(call, taken, prepared, police)
    }

    /// - Throws: `CompletionError` `unknownModel` where nobody is there who has it.
    func routes(_ way: UsageRoute, _ prepared: PreparedCompletion) throws -> [CompletionCall.Route] {
        let model = prepared.request.model
        if way == .server {
            guard let connection else {
                throw CompletionError(.unknownModel, "this library has no server; name one with offbook connect")
            }
            let id = try library.workspace
            let server = try ServerRoute.provider(connection, workspace: id, version: prepared.version, kind: kind)
            return [CompletionCall.Route(server, model: model)]
        }
        let isLocal = way == .local
        let known = catalog.limited { PrivateAddress.isLoopback(url: $0.base) == isLocal }
        if known.offers.isEmpty { throw CompletionError(.unknownModel, isLocal ? Self.noLocal : Self.noDirect) }
        return try known.routes(for: model)
    }

    private static let noLocal = "no model server is set up on this machine; set OFFBOOK_LOCAL_MODELS to its base URL"
    private static let noDirect =
        "no provider is set up; add one with offbook providers add, or set OPENAI_API_KEY or ANTHROPIC_API_KEY"

    func workspace() throws -> String { try library.workspace.hex }
}

extension PassedRoute {
    init(_ route: UsageRoute, _ error: CompletionError) {
        self.init(route: route, reason: error.message, isUnreachable: error.code == .unreachable)
    }
}
