/// What providers answer in either format, as their documentation prints it.
package enum StubAnswers {
    package static func openAI(_ text: String, prompt: Int = 20, completion: Int = 80, cached: Int = 0) -> String {
        """
        {"id": "chatcmpl-stub", "object": "chat.completion", "created": 1763600000, "model": "stub", \
        "choices": [{"index": 0, "message": {"role": "assistant", "content": "\(text)"}, "finish_reason": "stop"}], \
        "usage": {"prompt_tokens": \(prompt), "completion_tokens": \(completion), \
        "total_tokens": \(prompt + completion), "prompt_tokens_details": {"cached_tokens": \(cached)}}}
        """
    }

    package static func anthropic(_ text: String, input: Int = 20, output: Int = 80) -> String {
        """
        {"id": "msg_stub", "type": "message", "role": "assistant", "model": "stub", \
        "content": [{"type": "text", "text": "\(text)"}], "stop_reason": "end_turn", "stop_sequence": null, \
        "usage": {"input_tokens": \(input), "output_tokens": \(output)}}
        """
    }

    /// - Parameter usage: whether the count of tokens follows.
    package static func openAIChunks(_ words: [String], usage: Bool = false) -> [[UInt8]] {
        var events = [openAIChunk("{\"role\": \"assistant\", \"content\": \"\"}")]
        events += words.map { openAIChunk("{\"content\": \"\($0)\"}") }
        events.append(openAIChunk("{}", finish: "\"stop\""))
        if usage {
            events.append(
                """
                data: {"id": "chatcmpl-stub", "object": "chat.completion.chunk", "created": 1763600000, \
                "model": "stub", "choices": [], "usage": {"prompt_tokens": 20, \
                "completion_tokens": \(words.count), "total_tokens": \(20 + words.count)}}\n\n
                """)
        }
        return (events + ["data: [DONE]\n\n"]).map { Array($0.utf8) }
    }

    private static func openAIChunk(_ delta: String, finish: String = "null") -> String {
        """
        data: {"id": "chatcmpl-stub", "object": "chat.completion.chunk", "created": 1763600000, "model": "stub", \
        "choices": [{"index": 0, "delta": \(delta), "finish_reason": \(finish)}]}\n\n
        """
    }

    package static func anthropicChunks(_ words: [String]) -> [[UInt8]] {
        let start = """
            {"type": "message_start", "message": {"id": "msg_stub", "type": "message", "role": "assistant", \
            "content": [], "model": "stub", "stop_reason": null, "stop_sequence": null, \
            "usage": {"input_tokens": 20, "output_tokens": 1}}}
            """
        let open =
            "{\"type\": \"content_block_start\", \"index\": 0, \"content_block\": {\"type\": \"text\", \"text\": \"\"}}"
        let end = """
            {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": null}, \
            "usage": {"output_tokens": \(words.count)}}
            """
        var events = [
            event("message_start", start), event("content_block_start", open), event("ping", "{\"type\": \"ping\"}"),
        ]
        events += words.map {
            event(
                "content_block_delta",
                "{\"type\": \"content_block_delta\", \"index\": 0, \"delta\": {\"type\": \"text_delta\", \"text\": \"\($0)\"}}"
            )
        }
        events.append(event("content_block_stop", "{\"type\": \"content_block_stop\", \"index\": 0}"))
        return events + [event("message_delta", end), event("message_stop", "{\"type\": \"message_stop\"}")]
    }

    private static func event(_ name: String, _ data: String) -> [UInt8] {
        Array("event: \(name)\ndata: \(data)\n\n".utf8)
    }
}
