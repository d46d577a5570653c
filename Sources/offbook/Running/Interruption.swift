import Dispatch
import Glibc

/// Ctrl-C and SIGTERM while something runs that has to be ended well: it is cancelled, and the process ends by the
/// signal when it is over. A second signal ends it at once.
enum Interruption {
    static func ending<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
        let task = Task { try await body() }
        let queue = DispatchQueue(label: "signals")
        nonisolated(unsafe) var caught: Int32?
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                if caught != nil { end(by: number) }
                caught = number
                task.cancel()
            }
            source.activate()
            return source
        }
        let result = await task.result
        for source in sources { source.cancel() }
        if let number = queue.sync(execute: { caught }) { end(by: number) }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        return try result.get()
    }

    private static func end(by number: Int32) {
        signal(number, SIG_DFL)
        // The threads of tasks let no signals in.
        var own = sigset_t()
        sigemptyset(&own)
        sigaddset(&own, number)
        pthread_sigmask(SIG_UNBLOCK, &own, nil)
        raise(number)
    }
}
