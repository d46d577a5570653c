internal import FoundationEssentials
internal import HTTPTypes
internal import PromptLibrary

/// A page of a list.
struct ListView<Item: Codable & Sendable>: View {
    var items: [Item]
    /// Of the whole list.
    var total: Int
    /// Where the next page begins; nil after the last.
    var nextCursor: String?

    init(_ items: [Item]) {
        self.items = items
        total = items.count
    }
}

/// The ways in which clients ask for a part of a list.
enum Paging {
    static let limitMax = 100
    static let limitUnlessTold = 20
    private static let offsetMax = 1_000_000_000

    static let fields = [
        QueryField("limit", .integer, "How many at most: 1 to \(limitMax), \(limitUnlessTold) unless told."),
        QueryField("cursor", .text, "Where to go on: `next_cursor` of the page before, or the link with `rel=next`."),
        QueryField("offset", .integer, "How many to leave out; `skip` is the same."),
        QueryField("page", .integer, "In place of an offset: which page, from 1."),
        QueryField("page_size", .integer, "How many a page has, as `limit`."),
    ]

    /// - Throws: `APIError.invalid`, with the field.
    static func stretch(_ call: Call) throws -> Stretch {
        let size = try call.number("page_size", in: 1...limitMax)
        let limit = try size ?? call.number("limit", in: 1...limitMax) ?? limitUnlessTold
        if let cursor = call.query["cursor"] { return Stretch(offset: try offset(cursor), limit: limit) }
        if let page = try call.number("page", in: 1...(offsetMax / limitMax)) {
            return Stretch(offset: (page - 1) * limit, limit: limit)
        }
        let offset = try call.number("offset", in: 0...offsetMax) ?? call.number("skip", in: 0...offsetMax)
        return Stretch(offset: offset ?? 0, limit: limit)
    }

    private static func offset(_ cursor: String) throws -> Int {
        let text = Data(base64Encoded: cursor.replacing("-", with: "+").replacing("_", with: "/"))
            .map { String(decoding: $0, as: UTF8.self) }
        guard let text, text.hasPrefix("from:"), let offset = Int(text.dropFirst(5)), (0...offsetMax).contains(offset)
        else {
            throw APIError(
                .invalid, "that is no cursor of a list; take the one that `next_cursor` gave", field: "cursor")
        }
        return offset
    }

    static func cursor(_ offset: Int) -> String {
        Data("from:\(offset)".utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}

extension Call {
    /// The part of a list that the request asks for, with a link to the next.
    func page<Item>(_ portion: Portion<Item>, _ stretch: Stretch) -> Reply<ListView<Item>> where Item: Codable {
        var view = ListView(portion.items)
        view.total = portion.total
        let end = stretch.offset + portion.items.count
        guard end < portion.total, !portion.items.isEmpty else { return Reply(view) }
        let cursor = Paging.cursor(end)
        view.nextCursor = cursor
        guard let link = HTTPField.Name("Link") else { return Reply(view) }
        return Reply(view, headers: [link: "<\(path)?\(continued(cursor, stretch.limit))>; rel=\"next\""])
    }

    func page<Item: Codable & Sendable>(all: [Item]) throws -> Reply<ListView<Item>> {
        let stretch = try Paging.stretch(self)
        return page(stretch.of(all), stretch)
    }

    private func continued(_ cursor: String, _ limit: Int) -> String {
        let own = ["cursor", "limit", "page", "page_size", "offset", "skip"]
        let kept = query.filter { !own.contains($0.key) }.sorted { $0.key < $1.key }
        return (kept + [("cursor", cursor), ("limit", String(limit))])
            .map { "\(Self.escaped($0.0))=\(Self.escaped($0.1))" }.joined(separator: "&")
    }

    private static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            let isPlain = byte < 0x80 && (character.isLetter || character.isNumber || "-._~".contains(character))
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(character) : "%\(digits.count < 2 ? "0" : "")\(digits)"
        }.joined()
    }
}
