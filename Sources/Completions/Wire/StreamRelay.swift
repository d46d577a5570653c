internal import EventStreams
internal import NIOCore

/// Turns the bytes of a provider's stream into those of a client's, and learns from them what the answer took.
///
/// Where both speak the same format, chunks go through as they are; only whole events do, so that an end in the
/// middle of one can be told to the client in an event of its own.
struct StreamRelay {
    private let provider: WireFormat
    private var reader: StreamReader
    private var mode: Mode
    /// The start of an event whose end has not come.
    private var rest: [UInt8] = []
    private(set) var state = StreamState()

    /// In bytes: an event with an image or a long tool call in it is still below.
    static let eventBytesMax = 8 << 20

    private enum Mode {
        /// Takes out the count of tokens that the client did not ask for.
        case pass(withoutUsage: Bool)
        case translate(StreamWriter)
    }

    /// - Parameter gathers: whether the whole answer is to be kept, for a cache.
    init(from provider: WireFormat, to client: WireFormat, _ options: StreamOptions) {
        self.provider = provider
        reader = StreamReader(provider)
        if options.gathers { state.builder = AnswerBuilder() }
        if options.listens { state.heard = "" }
        mode =
            provider == client
            ? .pass(withoutUsage: options.hidesUsage)
            : .translate(StreamWriter(client, wantsUsage: options.wantsUsage, createdAt: options.createdAt))
    }

    /// - Returns: what is to be passed on; it may be empty.
    /// - Throws: `CompletionError` for events that can't be read or are too long.
    mutating func take(_ chunk: ByteBuffer) throws(CompletionError) -> ByteBuffer {
        guard rest.isEmpty else { return try takeWithRest(chunk) }
        let (events, isWhole) = try look(at: chunk)
        guard isWhole, case .pass = mode, let only = events.only else { return gathered(chunk, events) }
        return only == 0..<chunk.readableBytes ? chunk : slice(chunk, only)
    }

    private mutating func takeWithRest(_ chunk: ByteBuffer) throws(CompletionError) -> ByteBuffer {
        var whole = ByteBuffer(bytes: rest)
        whole.writeImmutableBuffer(chunk)
        rest = []
        return gathered(whole, try look(at: whole).events)
    }

    /// Looks at all events that end in the bytes, and keeps what is behind them.
    private mutating func look(at chunk: ByteBuffer) throws(CompletionError) -> (events: PassedRanges, isWhole: Bool) {
        do {
            return try chunk.withUnsafeReadableBytes { try look($0) }
        } catch let error as CompletionError {
            throw error
        } catch {
            throw .malformed("\(error)")
        }
    }

    private mutating func look(
        _ bytes: UnsafeRawBufferPointer
    ) throws(CompletionError) -> (events: PassedRanges, isWhole: Bool) {
        var (passed, start) = (PassedRanges(), 0)
        while let end = EventBoundary.end(bytes, from: start) {
            let event = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            if try look(event: event, into: &passed.written) { passed.append(start..<end) }
            start = end
        }
        guard bytes.count - start <= Self.eventBytesMax else {
            throw .malformed("an event of the stream is longer than \(Self.eventBytesMax) bytes")
        }
        if start < bytes.count { rest = Array(bytes[start...]) }
        return (passed, start == bytes.count)
    }

    /// - Returns: whether the event goes through as it is.
    private mutating func look(
        event: UnsafeRawBufferPointer, into written: inout [UInt8]
    ) throws(CompletionError) -> Bool {
        guard state.failure == nil else { return false }
        if try EventLook.isDone(event) { return finish() }
        let isPassing = if case .pass = mode { true } else { false }
        if isPassing, !state.needsTexts, !EventLook.isNotable(event, provider) { return true }
        guard let data = try EventLook.data(event) else { return isPassing }
        let events: [ChatEvent]
        do throws(CompletionError) {
            events = try reader.take(data)
        } catch {
            // What is only listened to goes through unread, as it would without.
            guard isPassing, state.builder == nil, !EventLook.isNotable(event, provider) else { throw error }
            state.heard = nil
            return true
        }
        for event in events { state.take(event) }
        // The client is told in words of ours, whatever it speaks.
        guard state.failure == nil else { return false }
        if provider == .anthropic, EventLook.starts(event, with: "event: message_stop") { _ = finish() }
        switch mode {
        case .pass(let hides): return !(hides && state.isOnlyUsage(events))
        case .translate(var writer):
            for event in events { writer.write(event, to: &written) }
            mode = .translate(writer)
            return false
        }
    }

    private mutating func finish() -> Bool {
        state.isDone = true
        if case .pass = mode { return true }
        return false
    }

    /// At the end of the provider's stream.
    ///
    /// - Returns: what the client still has to get.
    /// - Throws: `CompletionError` where the stream ended too early, or with an error.
    mutating func end() throws(CompletionError) -> ByteBuffer {
        if let failure = state.failure { throw failure }
        guard state.isDone || state.hasStopped else {
            throw CompletionError(.providerFailed, "the provider's stream ended in the middle of the answer")
        }
        var bytes: [UInt8] = []
        if case .translate(let writer) = mode { writer.end(to: &bytes) }
        return ByteBuffer(bytes: bytes)
    }

    private func gathered(_ chunk: ByteBuffer, _ events: PassedRanges) -> ByteBuffer {
        if case .translate = mode { return ByteBuffer(bytes: events.written) }
        if let only = events.only { return slice(chunk, only) }
        var result = ByteBuffer()
        for range in events.ranges {
            var part = slice(chunk, range)
            result.writeBuffer(&part)
        }
        return result
    }

    private func slice(_ chunk: ByteBuffer, _ range: Range<Int>) -> ByteBuffer {
        chunk.getSlice(at: chunk.readerIndex + range.lowerBound, length: range.count) ?? ByteBuffer()
    }
}
