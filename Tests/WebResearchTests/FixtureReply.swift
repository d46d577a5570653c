/// What a fixture answers to a request.
struct FixtureReply: Sendable {
    enum Piece: Sendable {
        case bytes([UInt8])
        /// So many bytes of letters, as fast as the client reads.
        case filler(Int)
        /// One byte each so many milliseconds, without end.
        case drip(Int)
        /// Never goes on.
        case hang
        /// Closes the connection.
        case cut
    }

    var status = 200
    var headers: [(name: String, value: String)] = []
    var pieces: [Piece] = []

    static func html(_ text: String) -> FixtureReply { bytes(Array(text.utf8), type: "text/html; charset=utf-8") }

    static func bytes(_ bytes: [UInt8], type: String?) -> FixtureReply {
        FixtureReply(headers: type.map { [("content-type", $0)] } ?? [], pieces: [.bytes(bytes)])
    }

    static func redirect(_ location: String, status: Int = 302) -> FixtureReply {
        FixtureReply(status: status, headers: [("location", location)])
    }

    static func status(_ status: Int) -> FixtureReply {
        FixtureReply(status: status, headers: [("content-type", "text/html")], pieces: [.bytes(Array("<p>No.".utf8))])
    }

    /// Nothing at all, not even a status.
    static let silence = FixtureReply(status: 0)
}

struct FixtureRequest: Sendable {
    var path: String
    var headers: [(name: String, value: String)]

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name }?.value }
}
