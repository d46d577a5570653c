internal import Changesets
internal import DirectoryStore
internal import Logging
internal import NIOPosix
internal import ReplicaStore
internal import ServiceLifecycle
internal import SyncEngine
internal import Synchronization

/// Knows when there is something to pull, and wakes those who wait for it.
///
/// It is told of writes by the operating system, whichever process makes them. While nothing is written it does
/// nothing, but for a beat now and then by which each side sees that the other is still there.
final class EventHub: Service {
    /// How far a workspace's order of publication goes.
    struct Head: Hashable, Sendable {
        var epoch: [UInt8]
        var position: UInt64
    }

    /// Somebody who waits.
    struct Listener: Sendable {
        fileprivate var number: Int
        fileprivate var workspace: RowID
        fileprivate var account: RowID
        /// Gives something whenever there may be something new, and at each beat: whether it is that.
        let wakes: AsyncStream<Bool>
    }

    private struct Watched {
        var commits: CommitWatch
        var task: Task<Void, Never>
    }

    private struct State {
        var heads: [RowID: Head] = [:]
        /// Of those that somebody waits for.
        var watched: [RowID: Watched] = [:]
        var waiting: [RowID: [Int: AsyncStream<Bool>.Continuation]] = [:]
        var accounts: [RowID: Int] = [:]
        var count = 0
        var last = 0

        func hasRoom(for account: RowID) -> Bool {
            count < EventHub.listenersMax && accounts[account] ?? 0 < EventHub.listenersOfAccountMax
        }
    }

    /// So many may wait at once.
    static let listenersMax = 10_000
    /// Of one account: a token may be on many machines.
    static let listenersOfAccountMax = 2_000
    private static let beat = Duration.seconds(20)
    /// What is written together is told together.
    private static let gathering = Duration.milliseconds(2)
    /// Who may read what is asked again at most so often.
    private static let accessRest = Duration.seconds(2)

    private let data: DataDirectory
    private let replicas: WorkspaceReplicas
    private let logger: Logger
    private let state = Mutex(State())
    /// Rings when accounts have changed.
    private let accounts = Alarm()

    init(_ data: DataDirectory, _ replicas: WorkspaceReplicas, logger: Logger) {
        self.data = data
        self.replicas = replicas
        self.logger = logger
    }

    func hasRoom(for account: RowID) -> Bool { state.withLock { $0.hasRoom(for: account) } }

    /// - Returns: nil where too many wait already.
    func join(_ workspace: RowID, _ account: RowID) -> Listener? {
        let (wakes, continuation) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(1))
        let number: Int? = state.withLock { state in
            guard state.hasRoom(for: account) else { return nil }
            state.last += 1
            state.count += 1
            state.accounts[account, default: 0] += 1
            state.waiting[workspace, default: [:]][state.last] = continuation
            return state.last
        }
        watch(workspace)
        continuation.yield(true)
        return number.map { Listener(number: $0, workspace: workspace, account: account, wakes: wakes) }
    }

    /// Its wakes end.
    func leave(_ listener: Listener) {
        let waiting = state.withLock { state in
            let waiting = state.waiting[listener.workspace]?.removeValue(forKey: listener.number)
            guard waiting != nil else { return waiting }
            state.count -= 1
            state.accounts[listener.account] = state.accounts[listener.account].flatMap { $0 > 1 ? $0 - 1 : nil }
            if state.waiting[listener.workspace]?.isEmpty == true {
                state.waiting[listener.workspace] = nil
                state.heads[listener.workspace] = nil
                state.watched.removeValue(forKey: listener.workspace)?.task.cancel()
            }
            return waiting
        }
        waiting?.finish()
    }

    /// Sees to it that commits to a workspace's file are seen.
    private func watch(_ workspace: RowID) {
        state.withLock { state in
            guard state.watched[workspace] == nil, state.waiting[workspace] != nil else { return }
            do {
                let commits = try CommitWatch(data.replicaPath(workspace))
                let task = Task { await commits.run { await self.look(at: workspace) } }
                state.watched[workspace] = Watched(commits: commits, task: task)
            } catch {
                logger.error("events come late", metadata: ["workspace": "\(workspace)", "error": "\(error)"])
            }
        }
    }

    /// Where a workspace is now.
    func head(of workspace: RowID) async throws -> Head {
        if let head = state.withLock({ $0.heads[workspace] }) { return head }
        return try await refresh(workspace)
    }

    // MARK: Noticing

    func run() async throws {
        let watch = Result { try DataWatch(data) { [weak self] parts in self?.changed(parts) } }
        // What nobody tells of is seen with the next beat.
        if case .failure(let error) = watch { logger.error("events come late", metadata: ["error": "\(error)"]) }
        await cancelWhenGracefulShutdown {
            async let telling: Void = self.tellOfAccess()
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.beat)
                await self.lookAtAll()
                self.wake(nil, isBeat: true)
            }
            await telling
        }
        withExtendedLifetime(watch) {}
    }

    private func tellOfAccess() async {
        while !Task.isCancelled {
            await accounts.wait()
            wake(nil)
            try? await Task.sleep(for: Self.accessRest)
        }
    }

    /// In case something was missed.
    private func lookAtAll() async {
        for workspace in state.withLock({ Array($0.waiting.keys) }) {
            watch(workspace)
            await look(at: workspace)
        }
    }

    private func changed(_ parts: Set<DataWatch.Part>?) {
        let watched = state.withLock { $0.watched }
        for part in parts ?? Set(watched.keys.map(DataWatch.Part.library) + [.accounts]) {
            switch part {
            case .library(let id): watched[id]?.commits.tell()
            case .accounts: accounts.ring()
            case .settings: break
            }
        }
    }

    private func look(at workspace: RowID) async {
        do {
            try await Task.sleep(for: Self.gathering)
            let former = state.withLock { $0.heads[workspace] }
            if try await refresh(workspace) != former { wake(workspace) }
        } catch {
            // Nobody waits any more.
            if Task.isCancelled { return }
            // The next beat looks again.
            logger.error("can't see what changed", metadata: ["workspace": "\(workspace)", "error": "\(error)"])
        }
    }

    private func refresh(_ workspace: RowID) async throws -> Head {
        let head = try await NIOThreadPool.singleton.runIfActive { [replicas] in
            let server = try replicas.replica(workspace).serverIdentity()
            return Head(epoch: server.epoch, position: server.head)
        }
        return state.withLock { state in
            // One that was asked before another may answer after it.
            if let known = state.heads[workspace], known.epoch == head.epoch, known.position > head.position {
                return known
            }
            if state.waiting[workspace] != nil { state.heads[workspace] = head }
            return head
        }
    }

    /// - Parameter workspace: nil for all.
    private func wake(_ workspace: RowID?, isBeat: Bool = false) {
        let waiting = state.withLock { state in
            workspace.map { Array((state.waiting[$0] ?? [:]).values) } ?? state.waiting.values.flatMap(\.values)
        }
        for one in waiting { one.yield(isBeat) }
    }
}
