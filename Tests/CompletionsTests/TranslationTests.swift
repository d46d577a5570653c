import Testing

@testable import Completions

/// Vectors of both formats, as their documentation prints them.
@Suite struct TranslationTests {
    private func value(_ bytes: [UInt8]) throws -> JSONValue { try JSONValue(bytes) }

    private let openAI = """
        {"model": "gpt-4o", "messages": [
          {"role": "system", "content": "Be brief."},
          {"role": "user", "content": [{"type": "text", "text": "What is this?"},
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBO"}},
            {"type": "image_url", "image_url": {"url": "https://example.com/a.png"}}]},
          {"role": "assistant", "content": null, "tool_calls": [
            {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{\\"deep\\": true}"}}]},
          {"role": "tool", "tool_call_id": "call_1", "content": "a cat"}],
         "tools": [{"type": "function", "function": {"name": "look", "description": "Looks.",
           "parameters": {"type": "object", "properties": {"deep": {"type": "boolean"}}}}}],
         "tool_choice": {"type": "function", "function": {"name": "look"}}, "parallel_tool_calls": false,
         "max_tokens": 100, "temperature": 0.5, "top_p": 0.9, "stop": ["END"], "stream": true, "user": "u1", "seed": 7}
        """

    private let anthropic = """
        {"model": "gpt-4o", "max_tokens": 100, "system": "Be brief.", "messages": [
          {"role": "user", "content": [{"type": "text", "text": "What is this?"},
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}},
            {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}]},
          {"role": "assistant", "content": [
            {"type": "tool_use", "id": "call_1", "name": "look", "input": {"deep": true}}]},
          {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "call_1", "content": [{"type": "text", "text": "a cat"}]}]}],
         "temperature": 0.5, "top_p": 0.9, "stop_sequences": ["END"],
         "tools": [{"name": "look", "description": "Looks.",
           "input_schema": {"type": "object", "properties": {"deep": {"type": "boolean"}}}}],
         "tool_choice": {"type": "tool", "name": "look", "disable_parallel_tool_use": true},
         "stream": true, "metadata": {"user_id": "u1"}}
        """

    private func canonical(_ bytes: some Sequence<UInt8>) throws -> String {
        String(decoding: CanonicalJSON.bytes(try JSONValue(bytes)), as: UTF8.self)
    }

    @Test("A request of OpenAI's with tools and images becomes one of Anthropic's, and names what it lacks")
    func toAnthropic() throws {
        let (body, dropped) = try WireFormat.anthropic.body(WireFormat.openai.request(Array(openAI.utf8)))
        #expect(try canonical(body) == canonical(anthropic.utf8))
        #expect(dropped == ["seed"])
    }

    @Test("And back, losing nothing but what the other lacks")
    func toOpenAI() throws {
        var request = try WireFormat.anthropic.request(Array(anthropic.utf8))
        request.wantsUsage = false
        let (body, dropped) = try WireFormat.openai.body(request)
        var expected = try #require(try JSONValue(openAI.utf8).object)
        expected["seed"] = nil
        // The spaces of arguments are not kept, as they are an object there.
        let text = try canonical(JSONValue.object(expected).bytes).replacing(
            #"\"deep\": true"#, with: #"\"deep\":true"#)
        #expect(try canonical(body) == text)
        #expect(dropped.isEmpty)
    }

    @Test(
        "What can't be translated is refused by name",
        arguments: [
            (#"{"model":"m","messages":[],"n":2}"#, "n"),
            (#"{"model":"m","messages":[],"response_format":{"type":"json_object"}}"#, "response_format"),
            (#"{"model":"m","messages":[],"temperature":1.5}"#, "temperature"),
            (#"{"model":"m","messages":[],"temperature":3}"#, "temperature"),
            (#"{"model":"m","messages":[{"role":"robot","content":"x"}]}"#, "messages[0].role"),
            (
                #"{"model":"m","messages":[{"role":"user","content":[{"type":"input_audio"}]}]}"#,
                "messages[0].content[0].type"
            ),
            (#"{"model":"m","messages":[{"role":"user"}]}"#, "messages[0].content"),
            (#"{"model":"m","messages":{}}"#, "messages"), (#"{"messages":[]}"#, "model"),
            (#"{"model":"m","messages":[],"max_tokens":0}"#, "max_tokens"),
            (#"{"model":"m","messages":[],"tools":[{"type":"web"}]}"#, "tools[0]"),
        ])
    func refused(_ body: String, _ field: String) {
        let error = #expect(throws: CompletionError.self) {
            _ = try WireFormat.anthropic.body(WireFormat.openai.request(Array(body.utf8)))
        }
        #expect(error?.field == field)
        #expect(error?.httpStatus == 400)
    }

    @Test("Messages of one role in a row become one turn, and empty ones go")
    func turns() throws {
        let request = ChatRequest(
            model: "m",
            messages: [
                ChatMessage(.user, "a"), ChatMessage(.user, "b"), ChatMessage(.assistant, []), ChatMessage(.user, "c"),
            ])
        let body = try value(WireFormat.anthropic.body(request).bytes)
        #expect(body.object?["messages"]?.list?.count == 1)
        #expect(body.object?["max_tokens"]?.integer == AnthropicRequestWriter.maxTokensDefault)
    }

    @Test("Models that refuse the old name of the limit get the new one")
    func limits() {
        #expect(["o3-mini", "gpt-5", "gpt-5-mini", "openai/o1"].allSatisfy(OpenAIRequestWriter.refusesMaxTokens))
        #expect(
            !["gpt-4o", "gpt-4o-mini", "opus", "llama3", "gpt-oss"].contains(
                where: OpenAIRequestWriter.refusesMaxTokens))
    }

    @Test("Answers keep tools, the reason to stop and the count of tokens both ways")
    func answers() throws {
        let answer = ChatAnswer(
            id: "x", model: "m",
            parts: [.text("Hi"), .toolUse(ChatToolUse(id: "c", name: "look", input: #"{"a":1}"#))], stop: .toolUse,
            usage: TokenUsage(input: 5, cachedInput: 3, output: 7))
        for format in WireFormat.allCases {
            #expect(try format.answer(format.body(answer, createdAt: 0)) == answer)
        }
    }

    @Test(
        "Reasons to stop are each other's",
        arguments: [
            (ChatStop.finished, "stop", "end_turn"), (.tooLong, "length", "max_tokens"),
            (.toolUse, "tool_calls", "tool_use"), (.refused, "content_filter", "refusal"),
            (.stopText("END"), "stop", "stop_sequence"),
        ])
    func stops(_ stop: ChatStop, _ openAI: String, _ anthropic: String) {
        #expect(OpenAIAnswer.reason(stop).text == openAI)
        #expect(AnthropicAnswer.reason(stop).reason.text == anthropic)
    }

    @Test("OpenAI counts cached tokens inside the input, Anthropic beside it")
    func usage() throws {
        let openAI = try JSONValue(
            #"{"prompt_tokens":100,"completion_tokens":50,"prompt_tokens_details":{"cached_tokens":80},"completion_tokens_details":{"reasoning_tokens":30}}"#
                .utf8)
        #expect(TokenUsage(openAI: openAI) == TokenUsage(input: 20, cachedInput: 80, output: 50, reasoning: 30))
        let anthropic = try JSONValue(
            #"{"input_tokens":20,"cache_read_input_tokens":80,"cache_creation_input_tokens":10,"cache_creation":{"ephemeral_1h_input_tokens":4},"output_tokens":50}"#
                .utf8)
        let usage = TokenUsage(anthropic: anthropic)
        #expect(usage == TokenUsage(input: 20, cachedInput: 80, cacheWrite: 6, longCacheWrite: 4, output: 50))
        #expect(usage?.allInput == 110)
        #expect(TokenUsage(openAI: ["prompt_tokens": 1, "prompt_tokens_details": ["cached_tokens": 2]]) == nil)
        #expect(TokenUsage(openAI: ["prompt_tokens": -1]) == nil)
        #expect(TokenUsage(openAI: .null) == nil)
    }

    @Test(
        "What a model calls a tool with becomes an object",
        arguments: [
            ("", "{}"), (" \n", "{}"), (#"{"a":1}"#, #"{"a":1}"#), ("[1]", #"{"arguments":[1]}"#),
            ("{no", #"{"arguments":"{no"}"#),
        ])
    func toolInputs(_ input: String, _ written: String) throws {
        let answer = ChatAnswer(
            id: "x", model: "m", parts: [.toolUse(ChatToolUse(id: "a", name: "look", input: input))], stop: .toolUse,
            usage: nil)
        let back = try WireFormat.anthropic.answer(WireFormat.anthropic.body(answer, createdAt: 0))
        #expect(back.parts == [.toolUse(ChatToolUse(id: "a", name: "look", input: written))])
    }
}
