internal import Synchronization

/// Work that several ask for at once is done once.
///
/// It goes on as long as anybody waits for it, whoever asked first, and is cancelled when nobody does.
final class SingleFlight<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private typealias Waiter = CheckedContinuation<Value, any Error>

    private struct Flight {
        var id: Int
        var task: Task<Void, Never>?
        var members: Set<Int> = []
    }

    private struct State {
        var nextID = 0
        var flights: [Key: Flight] = [:]
        var waiters: [Int: Waiter] = [:]
        /// For those who were about to wait when the work was done.
        var results: [Int: Result<Value, any Error>] = [:]
    }

    private struct Seat: Sendable {
        var key: Key
        var flight: Int
        var member: Int
    }

    private let state = Mutex(State())

    var count: Int { state.withLock { $0.flights.count } }
    /// Those who ask, in all flights.
    var members: Int { state.withLock { $0.flights.values.reduce(0) { $0 + $1.members.count } } }

    /// - Returns: the value or what the work throws, `CancellationError` where this call is cancelled; and whether
    ///   this call began the work.
    func run(
        _ key: Key, _ work: @escaping @Sendable () async throws -> Value
    ) async -> (result: Result<Value, any Error>, isFirst: Bool) {
        let seat = join(key)
        let isFirst = seat.member == seat.flight
        if isFirst { start(seat, work) }
        do {
            return (.success(try await wait(seat)), isFirst)
        } catch {
            return (.failure(error), isFirst)
        }
    }

    private func join(_ key: Key) -> Seat {
        state.withLock { state in
            state.nextID += 1
            let member = state.nextID
            var flight = state.flights[key] ?? Flight(id: member)
            flight.members.insert(member)
            state.flights[key] = flight
            return Seat(key: key, flight: flight.id, member: member)
        }
    }

    private func start(_ seat: Seat, _ work: @escaping @Sendable () async throws -> Value) {
        let task = Task { [self] in
            let result: Result<Value, any Error>
            do {
                result = .success(try await work())
            } catch {
                result = .failure(error)
            }
            land(seat, result)
        }
        state.withLock { state in
            if state.flights[seat.key]?.id == seat.flight { state.flights[seat.key]?.task = task }
        }
    }

    private func land(_ seat: Seat, _ result: Result<Value, any Error>) {
        let waiters = state.withLock { state -> [Waiter] in
            guard let flight = state.flights[seat.key], flight.id == seat.flight else { return [] }
            state.flights[seat.key] = nil
            return flight.members.compactMap { member in
                if let waiter = state.waiters.removeValue(forKey: member) { return waiter }
                state.results[member] = result
                return nil
            }
        }
        for waiter in waiters { waiter.resume(with: result) }
    }

    private func wait(_ seat: Seat) async throws -> Value {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { take($0, seat) }
        } onCancel: {
            leave(seat)
        }
    }

    private func take(_ waiter: Waiter, _ seat: Seat) {
        let result = state.withLock { state -> Result<Value, any Error>? in
            if let result = state.results.removeValue(forKey: seat.member) { return result }
            guard let flight = state.flights[seat.key], flight.members.contains(seat.member) else {
                return .failure(CancellationError())
            }
            state.waiters[seat.member] = waiter
            return nil
        }
        if let result { waiter.resume(with: result) }
    }

    private func leave(_ seat: Seat) {
        // What was for this one alone is let go outside the lock.
        var result: Result<Value, any Error>?
        defer { withExtendedLifetime(result) {} }
        let (waiter, task) = state.withLock { state -> (Waiter?, Task<Void, Never>?) in
            result = state.results.removeValue(forKey: seat.member)
            let waiter = state.waiters.removeValue(forKey: seat.member)
            guard state.flights[seat.key]?.id == seat.flight else { return (waiter, nil) }
            state.flights[seat.key]?.members.remove(seat.member)
            guard let flight = state.flights[seat.key], flight.members.isEmpty else { return (waiter, nil) }
            state.flights[seat.key] = nil
            return (waiter, flight.task)
        }
        waiter?.resume(throwing: CancellationError())
        task?.cancel()
    }
}
