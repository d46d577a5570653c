package import Changesets
internal import Dispatch
internal import ReplicaStore
internal import Synchronization

/// When what is too old is looked for, and whether what was erased has left the disk.
struct Sweep: Sendable {
    static let period: Int64 = 3_600_000
    /// Of transactions that erase, in one sweep: others wait for it.
    static let stepsMax = 20

    /// Unix milliseconds; nil where it is due.
    var sweptAt: Int64?
    /// Something was erased, and is in the write-ahead log yet.
    var needsScrub = false
    var error: String?

    func pause(at now: Int64) -> Int64 {
        sweptAt.map { MessageQueue.rest(of: Self.period, since: $0, at: now) } ?? 0
    }
}

extension MessageLog {
    /// Whether nothing of somebody is logged.
    package func isOptedOut(_ user: RowID) -> Bool { state.withLock { $0.optedOut.contains(user) } }

    /// Who opts out is logged no more, and what is there of them is erased. Blocks, for as long as a flush goes on.
    ///
    /// - Throws: `ReplicaError`. Where that was after the opting out was written, it stands, and what is left is
    ///   erased with the next sweep.
    package func setOptOut(_ user: RowID, _ isOut: Bool) throws {
        try work.sync {
            try file.setOptOut(user, isOut, at: clock())
            state.withLock { state in
                if isOut { state.optedOut.insert(user) } else { state.optedOut.remove(user) }
            }
            if isOut { _ = try eraseAtOnce(user) }
        }
    }

    /// Erases what is logged of somebody, and what waits to be. What comes later is logged. Blocks, for as long as a
    /// flush goes on.
    ///
    /// - Returns: how many they were.
    @discardableResult
    package func erase(user: RowID) throws -> Int { try work.sync { try eraseAtOnce(user) } }

    private func eraseAtOnce(_ user: RowID) throws -> Int {
        let queued = state.withLock { state in
            state.sweep.needsScrub = true
            return state.queue.remove(user)
        }
        do {
            let erased = try eraseInSteps(.max) { try file.eraseSome(of: user) }
            scrubIfNeeded()
            return queued + erased.count
        } catch {
            state.withLock { $0.sweep.sweptAt = nil }
            throw error
        }
    }

    // MARK: Sweeping

    /// Erases what is too old, and what is left of people who have opted out, at most once an hour.
    func sweepIfDue() {
        let now = clock()
        if state.withLock({ $0.sweep.pause(at: now) == 0 }) {
            do {
                let isDone = try sweep(now)
                state.withLock { ($0.sweep.sweptAt, $0.sweep.error) = (isDone ? now : nil, nil) }
            } catch {
                state.withLock { ($0.sweep.sweptAt, $0.sweep.error) = (now, "\(error)") }
            }
        }
        scrubIfNeeded()
    }

    /// - Returns: whether nothing is left to erase.
    private func sweep(_ now: Int64) throws -> Bool {
        let left = try eraseInSteps(Sweep.stepsMax) { try file.eraseSomeOfOptedOut() }
        guard let oldest = settings.oldest(at: now) else { return left.isDone }
        let old = try eraseInSteps(Sweep.stepsMax) { try file.eraseSome(before: oldest) }
        return left.isDone && old.isDone
    }

    private func eraseInSteps(_ most: Int, _ erase: () throws -> Int) throws -> (count: Int, isDone: Bool) {
        var (count, steps) = (0, 0)
        while steps < most {
            let erased = try erase()
            if erased > 0 { state.withLock { $0.sweep.needsScrub = true } }
            count += erased
            steps += 1
            if erased < MessageFile.erasedMax { return (count, true) }
        }
        return (count, false)
    }

    /// Where somebody reads for long it can't be done now, and is with the next flush.
    private func scrubIfNeeded() {
        guard state.withLock({ $0.sweep.needsScrub }), (try? file.scrub()) != nil else { return }
        state.withLock { $0.sweep.needsScrub = false }
    }
}
