import NIOCore
import ProviderStub
import Testing

@testable import Completions

/// Bytes from outside, with some of them changed: whatever they are, they are read or refused.
@Suite struct RandomBytesTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private func changed(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !result.isEmpty {
            let place = result.indices.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<4, using: &random) {
            case 0: result[place] = UInt8.random(in: 0...255, using: &random)
            case 1: result.remove(at: place)
            case 2: result.insert(Array("\"\\{}[],:0-9eutn".utf8).randomElement(using: &random) ?? 0, at: place)
            default: result.replaceSubrange(place..., with: result[..<place])
            }
        }
        return result
    }

    private static let bodies = [
        Bodies.openAI, Bodies.streamed, Bodies.still, Bodies.anthropic, Bodies.anthropicStreamed,
        #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:a;base64,b"}}]}],"tools":[{"type":"function","function":{"name":"f"}}],"stream_options":{}}"#,
    ]

    @Test("Requests", arguments: bodies)
    func requests(_ body: String) {
        var (random, read) = (Random(state: UInt64(body.utf8.count)), 0)
        for _ in 0..<600 {
            let bytes = changed(Array(body.utf8), &random)
            for format in WireFormat.allCases {
                guard let request = try? InboundRequest(format, bytes) else { continue }
                read += 1
                _ = try? CacheKey(workspace: "w", provider: "p", model: "m", request)
                _ = try? request.replacingSystem(with: "s")
                for provider in WireFormat.allCases {
                    guard let body = try? request.outbound(provider, model: "other", asksForUsage: true) else {
                        continue
                    }
                    #expect((try? JSONDocument(body.bytes)) != nil)
                }
            }
        }
        #expect(read > 20)
    }

    @Test("Answers and streams")
    func answers() {
        var (random, read) = (Random(state: 7), 0)
        let streams = [
            StubAnswers.openAIChunks(["a", "b"], usage: true).flatMap { $0 },
            StubAnswers.anthropicChunks(["a", "b"]).flatMap { $0 },
        ]
        let answers = [
            StubAnswers.openAI("x"), StubAnswers.anthropic("x"), StubAnswers.openAITools, StubAnswers.anthropicTools,
        ]
        for _ in 0..<300 {
            for (provider, client) in [
                (WireFormat.openai, WireFormat.anthropic), (.anthropic, .openai), (.openai, .openai),
            ] {
                for answer in answers {
                    let bytes = changed(Array(answer.utf8), &random)
                    if (try? AnswerFacts.read(bytes, provider, for: client, 0)) != nil { read += 1 }
                }
                for stream in streams {
                    var relay = StreamRelay(from: provider, to: client, StreamOptions(hidesUsage: true))
                    if (try? relay.take(ByteBuffer(bytes: changed(stream, &random)))) != nil { _ = try? relay.end() }
                }
            }
        }
        #expect(read > 20)
    }
}
