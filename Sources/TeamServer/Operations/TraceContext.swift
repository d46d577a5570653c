internal import HTTPTypes
internal import Hummingbird

/// The trace that a request belongs to, as its client says (W3C Trace Context, `traceparent`).
struct TraceContext {
    var traceID: String
    var spanID: String

    /// Nil where the header is missing or not of the form that the recommendation gives.
    init?(_ request: Request) {
        guard let name = HTTPField.Name("traceparent"), let header = request.headers[name] else { return nil }
        let parts = header.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 4, Self.isHex(parts[0], 2), parts[0] != "ff", parts[0] != "00" || parts.count == 4,
            Self.isHex(parts[1], 32), Self.isHex(parts[2], 16), Self.isHex(parts[3], 2),
            parts[1].contains(where: { $0 != "0" }), parts[2].contains(where: { $0 != "0" })
        else { return nil }
        traceID = String(parts[1])
        spanID = String(parts[2])
    }

    private static func isHex(_ text: Substring, _ count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
    }
}
