package import Completions
internal import FoundationEssentials

/// An answer of a cache as it is written down: in a file of a node's, and in a row that the workspace shares.
package enum KeptAnswer {
    private struct Fields: Codable {
        var workspace: String
        var format: WireFormat
        var body: String
        var provider: String
        var model: String
        var usage: TokenUsage?
        /// In seconds since 1970.
        var createdAt: Int

        enum CodingKeys: String, CodingKey {
            case workspace, format, body, provider, model, usage
            case createdAt = "created_at"
        }
    }

    /// JSON; nil for a body that is no text.
    package static func text(_ answer: CachedAnswer) throws -> String? {
        guard let body = String(validating: answer.body, as: UTF8.self) else { return nil }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let fields = Fields(
            workspace: answer.workspace, format: answer.format, body: body, provider: answer.provider,
            model: answer.model, usage: answer.usage, createdAt: answer.createdAt)
        return String(decoding: try encoder.encode(fields), as: UTF8.self)
    }

    /// Nil for what can't be read, or holds no answer: then there is none.
    package static func reading(_ text: some Sequence<UInt8>) -> CachedAnswer? {
        guard let fields = try? JSONDecoder().decode(Fields.self, from: Data(text)) else { return nil }
        let body = Array(fields.body.utf8)
        guard (try? fields.format.answer(body)) != nil else { return nil }
        return CachedAnswer(
            workspace: fields.workspace, format: fields.format, body: body, provider: fields.provider,
            model: fields.model, usage: fields.usage, createdAt: fields.createdAt)
    }
}
