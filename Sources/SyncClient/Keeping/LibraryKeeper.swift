internal import AccessControl
internal import Changesets
internal import Logging
internal import PromptLibrary
internal import ReplicaStore
internal import SyncEngine
internal import Synchronization

/// Keeps one library in step with its server: sends what is written here at once, listens to the server and
/// pulls what is written elsewhere. Between the two it waits, and costs nothing.
final class LibraryKeeper: Sendable {
    private struct State {
        var standing: LibraryStanding
        /// What the server told last.
        var heard: SyncEvent?
        /// What it had told when a sync last began.
        var answered: SyncEvent?
        /// What was unsent when a sync last ended, and stays so, as it is too large to travel.
        var left: Unsent?
        /// No sync is tried before.
        var restsUntil = ContinuousClock.now
        /// Something is asked for now and then, in case nobody told of it.
        var asksAt = ContinuousClock.now
        var polls = Backoff(first: .seconds(10), most: .seconds(120))
    }

    /// What is written in one go goes in one sync.
    private static let gathering = Duration.milliseconds(4)
    /// While the server tells of changes.
    private static let listeningPoll = Duration.seconds(600)
    private static let refusedPoll = Duration.seconds(300)
    private static let steady = Duration.seconds(30)
    /// Whether there is something to send is looked up so often, in case nobody told of it.
    private static let look = Duration.seconds(60)

    private let library: Library
    private let transport: HTTPSyncTransport
    private let commits: CommitWatch
    private let synced: @Sendable (Library) throws -> Void
    private let logger: Logger
    private let alarm = Alarm()
    private let workspace: RowID
    private let state: Mutex<State>

    /// - Parameter synced: to be called after each sync.
    init(
        _ library: Library, _ connection: ServerConnection, synced: @escaping @Sendable (Library) throws -> Void,
        logger: Logger
    ) throws {
        self.library = library
        self.synced = synced
        transport = try HTTPSyncTransport(url: connection.url, token: connection.token)
        commits = try CommitWatch(library.replica.path)
        workspace = try library.workspace
        self.logger = logger
        let standing = LibraryStanding(
            workspace: workspace.hex, name: try library.workspaceName, server: connection.url)
        state = Mutex(State(standing: standing))
    }

    var standing: LibraryStanding { state.withLock { $0.standing } }

    /// Until the task is cancelled.
    func run() async {
        await withTaskGroup { group in
            group.addTask { await self.listen() }
            group.addTask { await self.work() }
            group.addTask { await self.commits.run { self.alarm.ring() } }
        }
    }

    /// To be called when something may have been written to the library's file.
    func look() { commits.tell() }

    // MARK: Syncs

    private func work() async {
        var backoff = Backoff(first: .milliseconds(500), most: .seconds(60))
        while !Task.isCancelled {
            let now = ContinuousClock.now
            let rest = state.withLock { $0.restsUntil } - now
            if rest > .zero {
                await alarm.wait(atMost: rest)
            } else if isDue(now) {
                await sync(&backoff)
            } else {
                await alarm.wait(atMost: min(state.withLock { $0.asksAt } - now, Self.look))
                // More of the same may follow.
                try? await Task.sleep(for: Self.gathering)
            }
        }
    }

    private func isDue(_ now: ContinuousClock.Instant) -> Bool {
        let (asksAt, left, news) = state.withLock { ($0.asksAt, $0.left, $0.heard != $0.answered ? $0.heard : nil) }
        if now >= asksAt { return true }
        do {
            if let news, try isNew(news) { return true }
            state.withLock { $0.answered = news ?? $0.answered }
            let unsent = try library.replica.unsent()
            return unsent != nil && unsent != left
        } catch {
            // The sync says what is wrong.
            return true
        }
    }

    /// Whether the server has, or allows, something else than when this replica last pulled.
    private func isNew(_ event: SyncEvent) throws -> Bool {
        guard let remote = try library.replica.remoteState() else { return true }
        return event.epoch != remote.epoch || event.position > remote.position
            || event.viewHash != Array(ReadView.hash(ofWire: remote.heldView))
    }

    private func sync(_ backoff: inout Backoff) async {
        let heard = state.withLock { $0.heard }
        do {
            let before = try library.replica.unsent()
            let summary = try await library.sync(over: transport)
            try synced(library)
            backoff.reset()
            try finish(summary, heard, unsentBefore: before)
        } catch {
            guard !Task.isCancelled else { return }
            fail(error, &backoff)
        }
    }

    private func finish(_ summary: SyncSummary, _ heard: SyncEvent?, unsentBefore before: Unsent?) throws {
        let unsent = try library.replica.unsent()
        if standing.name.isEmpty {
            let name = try library.workspaceName
            state.withLock { $0.standing.name = name }
        }
        let isListening = state.withLock { state in
            state.answered = heard
            // What came while it ran is to be sent; what it could not send is not tried for ever.
            state.left = summary.sent == 0 && unsent == before ? unsent : nil
            state.asksAt = .now + (state.standing.isListening ? Self.listeningPoll : state.polls.next())
            state.standing.syncedAt = systemMilliseconds()
            state.standing.syncs += 1
            return state.standing.isListening
        }
        tell(
            .debug, "synced",
            ["sent": "\(summary.sent)", "received": "\(summary.received)", "listening": "\(isListening)"])
        summary.notices.forEach { tell(.notice, $0) }
        if summary.lostAccess {
            rest(Self.refusedPoll)
            stand(.noMember, "you do not belong to this workspace any more: what it held is gone from here")
        } else {
            stand(.inStep, "")
        }
    }

    private func fail(_ error: any Error, _ backoff: inout Backoff) {
        let standing = LibraryStanding.State(error)
        rest(standing.passes ? backoff.next() : Self.refusedPoll * Double.random(in: 0.5..<1))
        stand(standing, "\(error)")
    }

    private func rest(_ time: Duration) { state.withLock { $0.restsUntil = .now + time } }

    /// Says it once.
    private func stand(_ standing: LibraryStanding.State, _ detail: String) {
        let isNew = state.withLock { state in
            defer { (state.standing.state, state.standing.detail) = (standing, detail) }
            return state.standing.state != standing || state.standing.detail != detail
        }
        guard isNew else { return }
        let level: Logger.Level = standing == .inStep ? .info : .warning
        tell(level, standing.rawValue, detail.isEmpty ? [:] : ["why": "\(detail)"])
    }

    private func tell(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:]) {
        let name = standing.name
        let workspace: Logger.Metadata = ["workspace": "\(name.isEmpty ? workspace.hex : name)"]
        logger.log(level: level, "\(message)", metadata: workspace.merging(metadata) { $1 })
    }

    // MARK: Listening

    private func listen() async {
        var backoff = Backoff(first: .seconds(1), most: .seconds(30))
        while !Task.isCancelled {
            var pause: Duration?
            let began = ContinuousClock.now
            do {
                // What knows of no events may be another server one day.
                if try await !transport.listen(to: workspace.hex, heard: hear) { pause = .seconds(600) }
            } catch {
                if !LibraryStanding.State(error).passes { pause = Self.refusedPoll }
            }
            stopListening()
            // A stream that ends as soon as it has begun is no sign that all is well.
            if .now - began > Self.steady { backoff.reset() }
            try? await Task.sleep(for: pause ?? backoff.next())
        }
    }

    private func hear(_ event: SyncEvent) {
        state.withLock { state in
            state.heard = event
            // The server is there: what waits for it need not.
            if !state.standing.isListening, state.standing.state == .offline { state.restsUntil = .now }
            state.standing.isListening = true
        }
        alarm.ring()
    }

    private func stopListening() {
        state.withLock { state in
            guard state.standing.isListening else { return }
            state.standing.isListening = false
            state.polls.reset()
            state.asksAt = min(state.asksAt, .now + state.polls.next())
        }
        alarm.ring()
    }
}

extension SyncSummary {
    /// What somebody should know who reads the log.
    fileprivate var notices: [String] {
        var notices: [String] = []
        if wasReparented {
            notices.append("this library was a copy, or restored from a backup: it goes on as a new node")
        }
        if wasRestamped { notices.append("this machine's clock is ahead of the server's: set it") }
        if metNewEpoch { notices.append("the server lost something or is a new one: everything here was sent again") }
        if losses.rows > 0, !lostAccess {
            notices.append("\(losses.rows) rows may not be seen any more: gone from here")
        }
        if losses.setAside > 0 {
            notices.append("\(losses.setAside) of them were changed here, and are set aside: offbook orphans")
        }
        notices += denials.map {
            "refused by the server, and set aside: \($0.table) \($0.row.hex.suffix(8)): \($0.reason)"
        }
        notices += skipped.map { "not transferred: \($0.table) \($0.row.hex.suffix(8)): \($0.reason)" }
        return notices
    }
}
