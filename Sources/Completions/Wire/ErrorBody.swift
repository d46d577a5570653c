extension CompletionError {
    /// As clients of the format expect errors. A provider's own words go through where it speaks the same format.
    package func body(in format: WireFormat) -> [UInt8] {
        if let providerBody, providerFormat == format { return providerBody }
        return value(in: format).bytes
    }

    /// For the end of a stream that has begun.
    package func event(in format: WireFormat) -> [UInt8] {
        let json = value(in: format).bytes
        switch format {
        case .openai: return Array("data: ".utf8) + json + Array("\n\n".utf8)
        case .anthropic: return Array("event: error\ndata: ".utf8) + json + Array("\n\n".utf8)
        }
    }

    private func value(in format: WireFormat) -> JSONValue {
        switch format {
        case .openai:
            let param = field.map { JSONValue.text($0) } ?? .null
            return [
                "error": [
                    "message": .text(description), "type": .text(openAIType), "param": param,
                    "code": .text(code.rawValue),
                ]
            ]
        case .anthropic:
            return ["type": "error", "error": ["type": .text(anthropicType), "message": .text(description)]]
        }
    }

    private var openAIType: String {
        switch httpStatus {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 429: "rate_limit_error"
        case 400..<500: "invalid_request_error"
        default: "server_error"
        }
    }

    private var anthropicType: String {
        switch httpStatus {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 400..<500: "invalid_request_error"
        case 503, 529: "overloaded_error"
        case 504: "timeout_error"
        default: "api_error"
        }
    }
}
