internal import Changesets
internal import Crypto
internal import DirectoryStore
internal import FoundationEssentials
internal import HTTPTypes

/// Tags of resources (RFC 9110): what it was when somebody read it.
enum EntityTag {
    /// Without its quotes.
    static func of(_ view: some View) throws -> String { try of(view, encoded: API.encoded(view)) }

    /// - Parameter encoded: the whole view as JSON, which is at hand where it is about to be sent.
    static func of(_ view: some View, encoded: [UInt8]) throws -> String {
        let digits = hexadecimal(SHA256.hash(data: try view.entity.map(API.encoded) ?? encoded).prefix(12))
        return view.tagPrefix.map { "\($0).\(digits)" } ?? digits
    }

    /// The tags of a header, without their quotes; `*` for any.
    static func list(_ header: String) -> [String] {
        header.split(separator: ",").map { part in
            var tag = part.drop { $0 == " " }
            while tag.last == " " { tag.removeLast() }
            if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
            return tag.count >= 2 && tag.hasPrefix("\"") && tag.hasSuffix("\"")
                ? String(tag.dropFirst().dropLast()) : String(tag)
        }
    }
}

extension Call {
    /// The tags that the resource must have one of; nil where the request does not say.
    var ifMatch: [String]? { headers[.ifMatch].map(EntityTag.list) }

    func matches(_ view: some View) throws -> Bool {
        guard let wanted = ifMatch else { return true }
        return try wanted.contains("*") || wanted.contains(EntityTag.of(view))
    }

    /// - Throws: `stale` where the resource is not what the request takes it for.
    func requireMatch(_ view: some View) throws {
        guard try matches(view) else {
            throw APIError(.stale, "it has changed since you read it: read it again, and send its new ETag as If-Match")
        }
    }
}
