/// Reads a stream of server-sent events (HTML Living Standard, section 9.2.6) as its bytes come.
///
/// Lines end with LF or CRLF. Comments, ids and retry times are passed over.
package struct ServerSentEvents {
    package struct Event: Equatable, Sendable {
        /// `message` where the stream names none.
        package var name: String
        package var data: String

        package init(name: String = "message", data: String) { (self.name, self.data) = (name, data) }
    }

    /// In bytes: what an event may come to.
    private let eventBytesMax: Int
    /// What has come of a line that has not ended.
    private var line: [UInt8] = []
    private var name: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false

    package init(eventBytesMax: Int = 1 << 16) { self.eventBytesMax = eventBytesMax }

    /// - Returns: the events that end in these bytes.
    /// - Throws: `EventTooLong`.
    package mutating func take(_ bytes: some Sequence<UInt8>) throws(EventTooLong) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                guard line.count + data.count <= eventBytesMax else { throw EventTooLong(bytesMax: eventBytesMax) }
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> Event? {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return endEvent() }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        take(value, field: line[..<colon])
        return nil
    }

    private mutating func take(_ value: ArraySlice<UInt8>, field: ArraySlice<UInt8>) {
        if field.elementsEqual("data".utf8) {
            if hasData { data.append(UInt8(ascii: "\n")) }
            data += value
            hasData = true
        } else if field.elementsEqual("event".utf8) {
            name = Array(value)
        }
    }

    private mutating func endEvent() -> Event? {
        defer { (name, data, hasData) = ([], [], false) }
        guard hasData else { return nil }
        let name = name.isEmpty ? "message" : String(decoding: name, as: UTF8.self)
        return Event(name: name, data: String(decoding: data, as: UTF8.self))
    }
}

/// A stream whose event does not end.
package struct EventTooLong: Error, CustomStringConvertible {
    package var bytesMax: Int

    package var description: String { "an event of the stream is longer than \(bytesMax) bytes" }
}
