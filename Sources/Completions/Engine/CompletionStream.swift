package import NIOCore

/// An answer that comes as server-sent events, in the format of the client.
///
/// Nothing is read ahead, but where several read what one provider says: who reads slowly holds up the provider. An
/// end in the middle is thrown as `CompletionError`, after all that came before it; ``CompletionError/event(in:)`` is
/// what to tell the client then.
package struct CompletionStream: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    indirect enum Source: Sendable {
        case kept(ByteBuffer)
        case coming(OpenedStream, StreamContext)
        case shared(SharedStream, SharedReader)
        case judged(CompletionStream, any CallJudge, WireFormat)
    }

    let source: Source
    /// What is known when it begins: who answers, and whether the cache does.
    package let beginning: CompletionSummary

    /// Called once.
    package func makeAsyncIterator() -> AsyncIterator {
        switch source {
        case .kept(let bytes): AsyncIterator(reading: .kept(bytes))
        case .coming(let opened, let context): AsyncIterator(reading: .coming(StreamReading(opened, context)))
        case .shared(let shared, let reader): AsyncIterator(reading: .shared(SharedReading(shared, reader)))
        case .judged(let stream, let judge, let format):
            AsyncIterator(reading: .judged(JudgedReading(stream, judge, format)))
        }
    }

    /// What is known by now.
    var summary: CompletionSummary {
        switch source {
        case .kept: beginning
        case .coming(_, let context): context.account.summary
        case .shared(let shared, let reader): reader.account?.summary ?? shared.account.summary
        case .judged(let stream, _, _): stream.summary
        }
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        enum Reading {
            case kept(ByteBuffer?)
            case coming(StreamReading)
            case shared(SharedReading)
            case judged(JudgedReading)
        }

        var reading: Reading

        package mutating func next() async throws -> ByteBuffer? {
            switch reading {
            case .coming(let reading): return try await reading.next()
            case .shared(let reading): return try await reading.next()
            case .judged(let reading): return try await reading.next()
            case .kept(let bytes):
                reading = .kept(nil)
                return bytes
            }
        }
    }
}
