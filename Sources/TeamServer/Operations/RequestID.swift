internal import HTTPTypes
internal import Hummingbird

/// What names a request in the log and in its answer.
enum RequestID {
    static let header = HTTPField.Name("X-Request-ID")
    private static let lengthMax = 128

    /// The client's own, where it is short and plain enough for a log; else nil.
    static func given(_ request: Request) -> String? {
        guard let header, let text = request.headers[header], (1...lengthMax).contains(text.utf8.count),
            text.utf8.allSatisfy(isPlain)
        else { return nil }
        return text
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.:".utf8.contains(byte)
        }
    }
}
