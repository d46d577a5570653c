internal import EventStreams
internal import NIOCore

/// Reads a stream of which each event goes on once its judge lets all go on that it says.
///
/// Events go through as they are: what is held back is only kept for a while.
final class JudgedReading {
    private struct Event {
        var bytes: ByteBuffer
        /// How long texts are with it, by their numbers.
        var ends: [Int: Int]
    }

    /// One that may go on.
    private struct Text {
        /// No other one of the stream has it, whatever stands at its place later.
        let number: Int
        var heard = 0
    }

    /// Nil when it is over.
    private var source: CompletionStream.AsyncIterator?
    private let stream: CompletionStream
    private let judge: any CallJudge
    private let format: WireFormat
    private var waiting: [Event] = []
    /// By their places.
    private var texts: [String: Text] = [:]
    /// How much of these may be shown, by their numbers: all of any other.
    private var cleared: [Int: Int] = [:]
    private var textCount = 0
    private var waitingBytes = 0
    private static let waitingBytesMax = 8 << 20
    private var rest: [UInt8] = []
    private var failure: (any Error)?

    init(_ stream: CompletionStream, _ judge: any CallJudge, _ format: WireFormat) {
        (self.stream, self.judge, self.format) = (stream, judge, format)
        source = stream.makeAsyncIterator()
    }

    /// - Throws: `CompletionError`, behind all that may be shown.
    func next() async throws -> ByteBuffer? {
        while source != nil {
            do {
                guard let chunk = try await source?.next() else { return try finish() }
                try take(chunk)
            } catch {
                // Nobody reads it any further: the provider need not go on.
                (failure, source) = (error, nil)
            }
            if let bytes = released() { return bytes }
        }
        guard let failure else { return nil }
        self.failure = nil
        throw failure
    }

    private func finish() throws -> ByteBuffer? {
        source = nil
        try judge.finish(stream.summary)
        let all = waiting.map(\.bytes) + [ByteBuffer(bytes: rest)]
        (waiting, rest) = ([], [])
        return joined(all)
    }

    private func take(_ chunk: ByteBuffer) throws {
        var bytes = rest
        bytes += chunk.readableBytesView
        var start = 0
        defer { rest = Array(bytes[start...]) }
        while let end = bytes.withUnsafeBytes({ EventBoundary.end($0, from: start) }) {
            let event = bytes[start..<end]
            start = end
            try take(event: event)
        }
    }

    private func take(event bytes: ArraySlice<UInt8>) throws {
        var event = Event(bytes: ByteBuffer(bytes: bytes), ends: [:])
        let isDone = try bytes.withUnsafeBytes { try EventLook.isDone($0) }
        if !isDone, let data = try bytes.withUnsafeBytes({ try EventLook.data($0) }) {
            let said = try SpokenTexts.event(data, format)
            for piece in said.pieces { try hear(piece, in: &event) }
            for prefix in said.ended { try close(prefix) }
        }
        waiting.append(event)
        waitingBytes += bytes.count
        guard waitingBytes <= Self.waitingBytesMax else {
            throw CompletionError(.answerTooLarge, "what waits to be judged is more than \(Self.waitingBytesMax) bytes")
        }
    }

    private func hear(_ piece: SpokenTexts.Piece, in event: inout Event) throws {
        var text = texts[piece.place] ?? begin()
        cleared[text.number] = try judge.hear(piece.text, at: piece.place, by: piece.speaker)
        text.heard += piece.text.utf8.count
        event.ends[text.number] = text.heard
        texts[piece.place] = text
    }

    private func begin() -> Text {
        textCount += 1
        return Text(number: textCount)
    }

    /// Nothing waits for these texts any more; one that goes on behind its end is another.
    private func close(_ prefix: String) throws {
        for (place, text) in texts where place.hasPrefix(prefix) {
            try judge.close(place)
            (texts[place], cleared[text.number]) = (nil, nil)
        }
    }

    /// - Returns: nil where nothing may go on.
    private func released() -> ByteBuffer? {
        let held = waiting.firstIndex { $0.ends.contains { $0.value > cleared[$0.key] ?? .max } } ?? waiting.count
        waitingBytes -= waiting[..<held].reduce(0) { $0 + $1.bytes.readableBytes }
        defer { waiting.removeFirst(held) }
        return joined(waiting[..<held].map(\.bytes))
    }

    private func joined(_ parts: [ByteBuffer]) -> ByteBuffer? {
        var whole = ByteBuffer()
        for var part in parts { whole.writeBuffer(&part) }
        return whole.readableBytes > 0 ? whole : nil
    }
}
