package import NIOCore

/// An answer that comes as server-sent events, in the format of the client.
///
/// Nothing is read ahead: who reads slowly holds up the provider. An end in the middle is thrown as `CompletionError`,
/// after all that came before it; ``CompletionError/event(in:)`` is what to tell the client then.
package struct CompletionStream: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    enum Source: Sendable {
        case kept(ByteBuffer)
        case coming(OpenedStream, StreamContext)
    }

    let source: Source
    /// What is known when it begins: who answers, and whether the cache does.
    package let beginning: CompletionSummary

    /// Called once.
    package func makeAsyncIterator() -> AsyncIterator {
        switch source {
        case .kept(let bytes): AsyncIterator(kept: bytes, reading: nil)
        case .coming(let opened, let context): AsyncIterator(kept: nil, reading: StreamReading(opened, context))
        }
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        var kept: ByteBuffer?
        let reading: StreamReading?

        package mutating func next() async throws -> ByteBuffer? {
            if let reading { return try await reading.next() }
            defer { kept = nil }
            return kept
        }
    }
}
