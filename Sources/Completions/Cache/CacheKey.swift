internal import Crypto
internal import FoundationEssentials

/// Names an answer: the same for all requests that ask the same of the same model in the same workspace.
package struct CacheKey: Sendable, Hashable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// How a request travels; what is asked does not change with it.
    private static let transport: Set = ["model", "stream", "stream_options"]

    /// - Parameter headers: what goes on to the provider besides the body.
    /// - Throws: `CompletionError` for a body that is not JSON throughout.
    package init(
        workspace: String, provider: String, model: String, _ request: InboundRequest,
        headers: [(name: String, value: String)] = []
    ) throws(CompletionError) {
        var hash = SHA256()
        for part in [workspace, provider, request.format.path, model] { Self.update(&hash, Array(part.utf8)) }
        Self.update(&hash, try Self.canonical(request))
        for header in headers.map({ ($0.name.lowercased(), $0.value) }).sorted(by: <) {
            for part in [header.0, header.1] { Self.update(&hash, Array(part.utf8)) }
        }
        bytes = Array(hash.finalize())
    }

    private static func canonical(_ request: InboundRequest) throws(CompletionError) -> [UInt8] {
        do {
            let whole = try request.document.whole()
            var members = whole.members.filter { !transport.contains($0.name) }
            // Its stream and its whole answer do not stand for each other.
            if request.isStreaming, AnswerForms.differ(request.format, whole) {
                members.append(.init(name: "stream", value: true))
            }
            return CanonicalJSON.bytes(.object(JSONObject(members)))
        } catch {
            throw CompletionError(.invalidRequest, "the body is \(error)")
        }
    }

    /// With its length, so that no part runs into the next.
    private static func update(_ hash: inout SHA256, _ bytes: [UInt8]) {
        withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { hash.update(bufferPointer: $0) }
        hash.update(data: bytes)
    }
}

/// An answer that is kept.
package struct CachedAnswer: Sendable, Equatable {
    package var workspace: String
    /// In which the body is written.
    package var format: WireFormat
    package var body: [UInt8]
    package var provider: String
    package var model: String
    package var usage: TokenUsage?
    /// In seconds since 1970.
    package var createdAt: Int

    package init(
        workspace: String, format: WireFormat, body: [UInt8], provider: String, model: String, usage: TokenUsage?,
        createdAt: Int
    ) {
        (self.workspace, self.format, self.body) = (workspace, format, body)
        (self.provider, self.model, self.usage, self.createdAt) = (provider, model, usage, createdAt)
    }
}
