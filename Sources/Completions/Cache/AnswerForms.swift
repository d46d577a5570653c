/// Which answers a stream and a whole can both tell: those of texts and of the client's own tools.
///
/// Of others, our model of an answer lacks a part, so that one form can't be made of the other.
enum AnswerForms {
    /// Their answers have parts of their own.
    private static let special: Set = [
        "logprobs", "top_logprobs", "audio", "modalities", "functions", "web_search_options", "thinking",
        "mcp_servers", "container",
    ]
    private static let neutral: [String: JSONValue] = [
        "logprobs": false, "top_logprobs": 0, "modalities": ["text"], "thinking": ["type": "disabled"],
    ]

    /// - Parameter request: the whole body.
    static func differ(_ format: WireFormat, _ request: JSONObject) -> Bool {
        request.members.contains { member in
            switch member.name {
            case "n": member.value.integer != 1 && !member.value.isNull
            case "tools": member.value.list?.contains { !isOfClient($0, format) } ?? false
            case "messages", "system": format == .anthropic && cites(member.value)
            case let name: special.contains(name) && !member.value.isNull && neutral[name] != member.value
            }
        }
    }

    /// - Throws: `CompletionError` for a body that is not JSON throughout.
    static func differ(_ request: InboundRequest) throws(CompletionError) -> Bool {
        do {
            return differ(request.format, try request.document.whole())
        } catch {
            throw CompletionError(.invalidRequest, "the body is \(error)")
        }
    }

    private static func isOfClient(_ tool: JSONValue, _ format: WireFormat) -> Bool {
        let type = tool.object?["type"]
        switch format {
        case .openai: return type == "function"
        case .anthropic: return type == nil || type == .null || type == "custom"
        }
    }

    /// Whether a document or a search result is to be cited, however deep it stands.
    private static func cites(_ value: JSONValue) -> Bool {
        switch value {
        case .list(let elements): elements.contains(where: cites)
        case .object(let object):
            object.members.contains { $0.name == "citations" ? !$0.value.isNull : cites($0.value) }
        case .null, .boolean, .number, .text: false
        }
    }
}
