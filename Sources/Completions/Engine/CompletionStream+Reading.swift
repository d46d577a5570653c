internal import EventStreams
internal import NIOCore

extension CompletionStream {
    /// Reads the stream to its end.
    ///
    /// - Parameters:
    ///   - format: that of the request.
    ///   - body: called for each event as it comes.
    /// - Returns: the whole answer.
    /// - Throws: `CompletionError` for an end in the middle, and what `body` throws.
    package func read(_ format: WireFormat, _ body: (ChatEvent) throws -> Void) async throws -> ChatAnswer {
        var (events, reader) = (ServerSentEvents(eventBytesMax: StreamRelay.eventBytesMax), StreamReader(format))
        var builder = AnswerBuilder()
        for try await chunk in self {
            for event in try events.take(chunk.readableBytesView) where event.data != "[DONE]" {
                for piece in try reader.take(event.data) {
                    builder.take(piece)
                    if case .failed(let error) = piece { throw error }
                    try body(piece)
                }
            }
        }
        return builder.answer
    }
}
