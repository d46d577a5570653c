import Testing

@testable import Completions

@Suite struct StyleTests {
    @Test("The five styles, each with a prompt of its own")
    func styles() {
        #expect(PromptStyle.builtIn.map(\.id) == ["bpe", "bcot", "hcot", "react", "tot"])
        #expect(Set(PromptStyle.builtIn.map(\.systemPrompt)).count == 5)
        #expect(PromptStyle.builtIn.allSatisfy { (400..<2500).contains($0.systemPrompt.utf8.count) })
    }

    @Test("A style takes the place of the client's system messages, and of nothing else")
    func replacing() throws {
        let body =
            #"{"model":"m","x":1.50,"messages":[{"role":"system","content":"a"},{"role":"user","content":"b"},{"role":"developer","content":"c"}]}"#
        let openAI = try InboundRequest(.openai, Array(body.utf8)).replacingSystem(with: "S\"")
        #expect(
            String(decoding: openAI.document.bytes, as: UTF8.self)
                == #"{"model":"m","x":1.50,"messages":[{"role":"system","content":"S\""},{"role":"user","content":"b"}]}"#
        )
        let anthropic = try InboundRequest(
            .anthropic, Array(#"{"model":"m","messages":[],"system":[{"text":"a"}]}"#.utf8))
        #expect(
            String(decoding: try anthropic.replacingSystem(with: "S").document.bytes, as: UTF8.self)
                == #"{"model":"m","messages":[],"system":"S"}"#)
    }

    @Test("Levels have models by default, which a table replaces one by one")
    func levels() {
        #expect(EffortLevel.allCases.map { LevelTable().model($0) } == ["gpt-4o-mini", "gpt-4o", "o3-mini", "gpt-5"])
        #expect(LevelTable([.high: "x"]).model(.high) == "x")
        #expect(LevelTable([.high: "x"]).model(.low) == "gpt-4o-mini")
    }
}
