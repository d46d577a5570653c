/// The lines of a file, as pieces.
struct JSONLines {
    private let bytes: [UInt8]
    private var index: Int
    private var line = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        index = bytes.withoutMark.startIndex
    }

    mutating func next() -> JSONPiece? {
        guard index < bytes.count else { return nil }
        let end = bytes[index...].firstIndex(of: ASCII.newline) ?? bytes.count
        defer { index = min(end + 1, bytes.count) }
        line += 1
        return JSONPiece(bytes: index..<end, line: line)
    }
}
