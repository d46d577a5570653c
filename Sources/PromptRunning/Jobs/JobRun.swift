internal import Changesets
internal import Completions
internal import NIOPosix
internal import PromptLibrary

/// One run of a job, from its request to what is written down of it.
struct JobRun: Sendable {
    enum End: Sendable {
        case over
        /// It waits again, for so many milliseconds.
        case waits(Int64)
        /// It was cut off, or what came of it could not be written down; its row says that it is running.
        case interrupted
    }

    let library: Library
    let claim: ClaimedJob
    let workspace: RowID
    let pace: JobPace

    /// - Throws: where what came of it can't be written down.
    func run(at site: some JobSite) async throws -> End {
        let witness = UseWitness(route: .queue)
        let answer: CompletionAnswer
        do {
            answer = try await ask(site, witness)
        } catch {
            return try await end(after: error, site.wait(after: error), witness)
        }
        try await keep(answer)
        return .over
    }

    private func ask(_ site: some JobSite, _ witness: UseWitness) async throws -> CompletionAnswer {
        let desk = try await site.desk(for: claim, in: workspace)
        let call = try desk.catalog.call(claim.chargeID, in: desk.workspace, Self.request(claim.request))
        var engine = desk.engine
        // The use is written down with the answer, in one transaction.
        engine.recorder = witness.inPlace(of: engine.recorder)
        return try await engine.complete(call)
    }

    /// Nobody watches it come: it is asked for as a whole, whatever the request says.
    private static func request(_ json: String) throws(CompletionError) -> InboundRequest {
        try InboundRequest(.openai, Array(json.utf8)).unstreamed()
    }

    private func keep(_ answer: CompletionAnswer) async throws {
        let use = MeasuredUse(answer.summary, route: .queue)
        try await writing { library, claim in
            do {
                try library.finishJob(claim, answer: String(decoding: answer.body, as: UTF8.self), use: use)
            } catch let error as LibraryError where error.code == .invalid {
                try library.failJob(claim, error: error.message, use: use)
            }
        }
    }

    private func end(after error: any Error, _ siteWait: Int64?, _ witness: UseWitness) async throws -> End {
        if Task.isCancelled || error is CancellationError || (error as? CompletionError)?.code == .cancelled {
            return try await leave(witness)
        }
        if let wait = siteWait.map({ Wait(time: $0) }) ?? wait(after: error) {
            return try await postpone(wait, "\(error)")
        }
        try await writing { try $0.failJob($1, error: "\(error)", use: witness.use) }
        return .over
    }

    private func leave(_ witness: UseWitness) async throws -> End {
        try await writing { library, claim in
            guard try library.isUnwanted(claim) else { return .interrupted }
            try library.failJob(claim, error: "it was cancelled while it ran", use: witness.use)
            return .over
        }
    }

    private struct Wait {
        /// Milliseconds.
        var time: Int64
        /// Whether a provider was asked, which may have counted it.
        var hasAsked = false
    }

    /// One that nobody can be asked for is tried for ever: that is what a queue is for.
    private func wait(after error: any Error) -> Wait? {
        guard let error = error as? CompletionError else { return nil }
        let isFree = error.code == .busy || error.code == .unreachable && !error.hasBegun
        guard isFree || (error.isTransient || error.code == .unreachable) && mayAskAgain else { return nil }
        let asked = Int64(error.retryAfterMilliseconds ?? 0)
        return Wait(time: max(min(asked, 86_400_000), pace.wait(after: claim.attempts)), hasAsked: !isFree)
    }

    private var mayAskAgain: Bool { claim.askedNow < pace.attemptsMax }

    private func postpone(_ wait: Wait, _ error: String) async throws -> End {
        try await writing {
            try $0.postponeJob($1, error: error, by: wait.time, hasAsked: wait.hasAsked)
        }
        return .waits(wait.time)
    }

    /// What was cut off though its user wants it, and its runner goes on, waits again; not for ever, as a provider
    /// may have been asked each time.
    ///
    /// - Throws: where that can't be written down.
    func putBack() async throws -> End {
        let error = "its run was cut off"
        do {
            if mayAskAgain {
                return try await postpone(Wait(time: pace.wait(after: claim.attempts), hasAsked: true), error)
            }
            try await writing { try $0.failJob($1, error: error) }
        } catch let error as LibraryError where error.code == .notFound {}
        return .over
    }

    /// Also where the task is cancelled. Files are not for the threads that tasks share.
    private func writing<T: Sendable>(
        _ body: @escaping @Sendable (Library, ClaimedJob) throws -> T
    ) async throws -> T {
        try await Task { [library, claim] in
            try await NIOThreadPool.singleton.runIfActive { try body(library, claim) }
        }.value
    }
}
