internal import SyncEngine

/// Reads a stream of server-sent events (HTML Living Standard, section 9.2.6), as far as one of ours has them.
struct ServerSentEvents {
    struct Event: Equatable {
        var name: String
        var data: String
    }

    /// In bytes: an event of ours is far shorter.
    private static let lineMax = 1 << 16
    private var line: [UInt8] = []
    private var name = ""
    private var data: [String] = []

    /// - Returns: the events that end in these bytes.
    /// - Throws: `TransportError` for what is no such stream.
    mutating func take(_ bytes: some Sequence<UInt8>) throws -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                guard line.count <= Self.lineMax else { throw TransportError("the server sends events without an end") }
                continue
            }
            if let event = endLine() { events.append(event) }
        }
        return events
    }

    private mutating func endLine() -> Event? {
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        let text = String(decoding: line, as: UTF8.self)
        line = []
        guard !text.isEmpty else { return endEvent() }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count < 2 ? "" : String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1])
        switch parts[0] {
        case "event": name = value
        // Bounded by what comes before the end of the event.
        case "data" where data.count < 64: data.append(value)
        default: break
        }
        return nil
    }

    private mutating func endEvent() -> Event? {
        defer { (name, data) = ("", []) }
        return data.isEmpty ? nil : Event(name: name.isEmpty ? "message" : name, data: data.joined(separator: "\n"))
    }
}
