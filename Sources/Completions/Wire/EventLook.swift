internal import EventStreams
internal import Glibc

/// What is to be known of an event that is passed on as it is.
///
/// Most events are pieces of text, which nobody has to read here: a few searches tell them apart.
enum EventLook {
    /// Whether the event may say more than a piece of the answer.
    static func isNotable(_ event: UnsafeRawBufferPointer, _ format: WireFormat) -> Bool {
        switch format {
        case .openai: hasNotableField(event)
        case .anthropic: !starts(event, with: "event: content_block") && !starts(event, with: "event: ping")
        }
    }

    /// Whether one of them is there, and not null. Inside a text, a name's quotes would be escaped.
    private static func hasNotableField(_ event: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while let base = event.baseAddress, index < event.count,
            let found = memchr(base + index, Int32(UInt8(ascii: "\"")), event.count - index)
        {
            index = UnsafeRawPointer(found) - base
            let rest = UnsafeRawBufferPointer(rebasing: event[index...])
            if let length = notableName(rest), !isNull(rest, from: length) { return true }
            index += 1
        }
        return false
    }

    /// - Returns: its length with the quotes.
    private static func notableName(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard bytes.count > 1 else { return nil }
        switch bytes[1] {
        case UInt8(ascii: "u"): return starts(bytes, with: "\"usage\"") ? 7 : nil
        case UInt8(ascii: "f"): return starts(bytes, with: "\"finish_reason\"") ? 15 : nil
        case UInt8(ascii: "e"): return starts(bytes, with: "\"error\"") ? 7 : nil
        default: return nil
        }
    }

    private static func isNull(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
        let value = bytes[start...].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: ":") }
        return value == UInt8(ascii: "n")
    }

    static func starts(_ event: UnsafeRawBufferPointer, with text: StaticString) -> Bool {
        guard let base = event.baseAddress, event.count >= text.utf8CodeUnitCount else { return false }
        return memcmp(base, text.utf8Start, text.utf8CodeUnitCount) == 0
    }

    /// Whether the event is the mark at the end of a stream. Names, comments and blank lines may stand before it.
    ///
    /// - Throws: `CompletionError` for an event that can't be read.
    static func isDone(_ event: UnsafeRawBufferPointer) throws(CompletionError) -> Bool {
        guard mayBeDone(event) else { return false }
        return try data(event)?.split(whereSeparator: \.isWhitespace) == ["[DONE]"]
    }

    /// Whether the mark occurs in it, if only inside a text.
    private static func mayBeDone(_ event: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while let base = event.baseAddress, index < event.count,
            let found = memchr(base + index, Int32(UInt8(ascii: "[")), event.count - index)
        {
            index = UnsafeRawPointer(found) - base
            if starts(UnsafeRawBufferPointer(rebasing: event[index...]), with: "[DONE]") { return true }
            index += 1
        }
        return false
    }

    /// - Throws: `CompletionError` where there is no such event.
    static func data(_ event: UnsafeRawBufferPointer) throws(CompletionError) -> String? {
        var reader = ServerSentEvents(eventBytesMax: event.count)
        do {
            return try reader.take(event).first?.data
        } catch {
            throw .malformed("\(error)")
        }
    }
}
