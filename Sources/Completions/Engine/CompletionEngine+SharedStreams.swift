internal import Synchronization

/// The streams that more may join.
final class SharedStreams: Sendable {
    /// Streams with and without the count of tokens differ.
    struct Key: Hashable, Sendable {
        var answer: CacheKey
        var wantsUsage: Bool
    }

    let opening = SingleFlight<Key, SharedHold>()
    private let coming = Mutex<[Key: SharedStream]>([:])

    var count: Int { coming.withLock { $0.count } }
    var readers: Int { coming.withLock { $0.values.reduce(0) { $0 + $1.readers } } }

    func stream(_ key: Key) -> SharedStream? { coming.withLock { $0[key] } }
    func add(_ stream: SharedStream, _ key: Key) { coming.withLock { $0[key] = stream } }

    func remove(_ stream: SharedStream, _ key: Key) {
        coming.withLock { coming in
            if coming[key] === stream { coming[key] = nil }
        }
    }
}

extension CompletionEngine {
    /// With all who ask for the same stream at the same time.
    func share(_ call: CompletionCall, _ key: CacheKey, _ timer: CallTimer) async throws -> CompletionStream {
        let key = SharedStreams.Key(answer: key, wantsUsage: call.request.wantsUsage)
        while true {
            if let shared = streams.stream(key), let stream = join(shared, call, timer, isFirst: false) {
                return stream
            }
            let flight = await streams.opening.run(key) { try await open(shared: call, key, timer) }
            switch flight.result {
            case .success(let hold):
                if let stream = join(hold.stream, call, timer, isFirst: flight.isFirst) { return stream }
            case .failure(let error as CompletionError) where flight.isFirst: throw error
            case .failure(let error as CompletionError): throw await fail(call, error, timer)
            case .failure where flight.isFirst && Task.isCancelled: throw CompletionError(.cancelled, "cancelled")
            case .failure(let error) where flight.isFirst: throw error
            case .failure where Task.isCancelled:
                throw await fail(call, CompletionError(.cancelled, "cancelled"), timer)
            // Whoever asked first had no budget: that is nothing to this one.
            case .failure: continue
            }
        }
    }

    private func join(
        _ shared: SharedStream, _ call: CompletionCall, _ timer: CallTimer, isFirst: Bool
    ) -> CompletionStream? {
        guard let number = shared.join() else { return nil }
        guard !isFirst else {
            let reader = SharedReader(shared, number, nil, timer)
            return CompletionStream(source: .shared(shared, reader), beginning: shared.beginning)
        }
        cache.countJoined()
        var beginning = timer.summary(cache: .joined)
        (beginning.provider, beginning.model) = (shared.beginning.provider, shared.beginning.model)
        let account = CallAccount(call, nil, recorder, beginning)
        let reader = SharedReader(shared, number, account, timer)
        return CompletionStream(source: .shared(shared, reader), beginning: beginning)
    }

    private func open(
        shared call: CompletionCall, _ key: SharedStreams.Key, _ timer: CallTimer
    ) async throws -> SharedHold {
        let (opened, context) = try await open(call, timer, key.answer)
        let shared = SharedStream(context.account)
        let hold = SharedHold(shared)
        streams.add(shared, key)
        let pump = Task {
            let reading = StreamReading(opened, context) { shared.cancel() }
            do {
                while let chunk = try await reading.next() { await shared.append(chunk) }
                shared.finish(.success(()))
            } catch {
                shared.finish(.failure(error))
            }
            streams.remove(shared, key)
        }
        shared.run(pump)
        return hold
    }
}
