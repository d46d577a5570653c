internal import NIOCore

/// One reader of a shared stream.
final class SharedReading {
    private let shared: SharedStream
    private let reader: Int
    /// Nil for who asked first, whose account ends with the stream.
    private let account: CallAccount?
    private let timer: CallTimer
    private var index = 0
    private var timeToFirstToken: Duration?

    init(_ shared: SharedStream, _ reader: SharedReader) {
        (self.shared, self.reader) = (shared, reader.number)
        (account, timer) = (reader.account, reader.timer)
    }

    deinit {
        shared.leave(reader)
        account?.abandon { describe(&$0) }
    }

    /// - Throws: `CompletionError`.
    func next() async throws -> ByteBuffer? {
        do {
            let chunk = try await shared.chunk(at: index, for: reader)
            index += 1
            if timeToFirstToken == nil { timeToFirstToken = timer.elapsed }
            if chunk == nil { await account?.end(.succeeded) { describe(&$0) } }
            return chunk
        } catch {
            let error = error as? CompletionError ?? CompletionError(.cancelled, "cancelled")
            await account?.end(error.outcome) { describe(&$0) }
            throw error
        }
    }

    private func describe(_ summary: inout CompletionSummary) {
        let first = shared.account.summary
        (summary.provider, summary.model, summary.answeredModel) = (first.provider, first.model, first.answeredModel)
        (summary.usage, summary.cost) = (first.usage, 0)
        (summary.latency, summary.timeToFirstToken) = (timer.elapsed, timeToFirstToken)
    }
}

/// A place among the readers of a shared stream, left at the latest when nobody holds it any more.
final class SharedReader: Sendable {
    let number: Int
    let account: CallAccount?
    let timer: CallTimer
    private let shared: SharedStream

    init(_ shared: SharedStream, _ number: Int, _ account: CallAccount?, _ timer: CallTimer) {
        (self.shared, self.number, self.account, self.timer) = (shared, number, account, timer)
    }

    deinit { shared.leave(number) }
}
