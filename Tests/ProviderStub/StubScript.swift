/// What a stub answers to one request.
package struct StubReply: Sendable {
    package var status = 200
    package var headers: [(name: String, value: String)] = []
    package var pieces: [Piece] = []

    package enum Piece: Sendable {
        case bytes([UInt8])
        /// In milliseconds.
        case pause(Int)
        /// In milliseconds. What stands before it, the head too, is held back as long.
        case delay(Int)
        /// Until it holds, looked at each few milliseconds.
        case until(@Sendable () -> Bool)
        /// Closes the connection in the middle.
        case cut
        /// Says nothing more, until the client goes.
        case hang
        /// So many bytes of filler, at the pace of the client.
        case filler(Int)
    }

    package init(status: Int = 200, headers: [(name: String, value: String)] = [], _ pieces: [Piece] = []) {
        (self.status, self.headers, self.pieces) = (status, headers, pieces)
    }

    package static func json(_ text: String, status: Int = 200, headers: [(name: String, value: String)] = [])
        -> StubReply
    {
        StubReply(
            status: status, headers: [("content-type", "application/json")] + headers, [.bytes(Array(text.utf8))])
    }

    package static func stream(_ pieces: [Piece]) -> StubReply {
        StubReply(headers: [("content-type", "text/event-stream")], pieces)
    }
}

/// What a stub was sent.
package struct StubRequest: Sendable {
    package var method: String
    package var path: String
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package var text: String { String(decoding: body, as: UTF8.self) }

    package func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}

/// What a stub does: a reply for each request, counted from 0.
package typealias StubScript = @Sendable (StubRequest, Int) -> StubReply
