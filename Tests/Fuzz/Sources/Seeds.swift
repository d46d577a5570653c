import Changesets
import Foundation
import PromptTemplates
import SwiftProtobuf
import SyncEngine
import SyncProtocol

/// What a target begins with: the protocol's vectors, in the form that the target reads.
extension FuzzTarget {
    func writeSeeds(from vectors: String, to corpus: String) throws {
        try FileManager.default.createDirectory(atPath: corpus, withIntermediateDirectories: true)
        let files = try FileManager.default.subpathsOfDirectory(atPath: vectors).filter { $0.hasSuffix(".offbook") }
        let changesets = files.sorted().compactMap { FileManager.default.contents(atPath: "\(vectors)/\($0)") }
        let seeds: [[UInt8]] =
            switch self {
            case .decoder: Self.pages(of: changesets).flatMap { [[0] + $0.message, [1] + $0.encoded] as [[UInt8]] }
            case .file:
                try changesets.flatMap { [[0] + $0.dropLast(32), [1] + $0] as [[UInt8]] } + [[2] + FileTarget.seed]
            case .server: Self.requests(Self.pages(of: changesets).map(\.message))
            case .imports: Self.importSeeds
            case .templates: Self.templateSeeds
            }
        for (number, seed) in seeds.enumerated() where seed.count <= Self.seedBytesMax {
            try Data(seed).write(to: URL(filePath: "\(corpus)/seed-\(number)"))
        }
    }

    /// Larger ones would slow every run down.
    private static let seedBytesMax = 1 << 14

    private static func pages(of changesets: [Data]) -> [(encoded: [UInt8], message: [UInt8])] {
        changesets.compactMap { try? ChangesetFile([UInt8]($0)) }.flatMap(\.pages).compactMap { page in
            guard let message = try? Zlib.inflated(page, atMost: seedBytesMax) else { return nil }
            return (Array(page), message)
        }
    }

    /// A push of each page, a handshake, a pull and a label's move.
    private static func requests(_ pages: [[UInt8]]) -> [[UInt8]] {
        let handshake = RequestScript.Step(kind: 0, mends: 0, message: bytes(handshakeMessage))
        let pull = RequestScript.Step(kind: 2, mends: 1, message: bytes(PullRequest()))
        var label = LabelRequest()
        (label.promptID, label.label) = (Data(FuzzIdentity.replica), "production")
        let move = RequestScript.Step(kind: 3, mends: 1, message: bytes(label))
        return pages.map { page in
            var part = PushRequest()
            part.page = Data(page)
            var closing = PushRequest()
            (closing.seq, closing.nonce, closing.part, closing.last) = (9, Data([1, 2, 3, 4, 5, 6, 7, 8]), 1, true)
            (closing.page, closing.appliedPosition) = (Data(page), 0)
            let steps = [
                handshake, RequestScript.Step(kind: 1, mends: 3, message: bytes(part)),
                RequestScript.Step(kind: 1, mends: 3, message: bytes(closing)), pull, move,
            ]
            return steps.flatMap(\.bytes)
        }
    }

    private static var handshakeMessage: HandshakeRequest {
        var handshake = HandshakeRequest()
        (handshake.protocolVersion, handshake.schemaVersion) = (1, 1)
        (handshake.workspaceID, handshake.replicaID) = (Data(FuzzIdentity.workspace.bytes), Data(FuzzIdentity.replica))
        return handshake
    }

    private static func bytes(_ message: some Message) -> [UInt8] { (try? message.serializedBytes()) ?? [] }

    private static var importSeeds: [[UInt8]] {
        let texts = [
            "act,prompt,for_devs,type,tags\r\nN,\"a \"\"b\"\"\r\nc\",TRUE,TEXT,\"1,2\"\r\n\r\nM,é,FALSE,,\n",
            #"[{"name":"n","body":"b\u00e9\ud83d\ude00","tags":["a",""],"settings":{"b":[1,2.5e3],"a":null}},{"a":-0}]"#,
            "{\"version\":1,\"prompts\":[{\"act\":\"n\",\n\"text\":\"é\",\"for_devs\":true,\"type\":\"T\"},3]}",
            "{\"name\":\"a\",\"body\":\"1\"}\n{\"title\":\"b\",\"content\":\"2\",\"tags\":\"x;y\"}\r\n[]\n",
            "---\nname: a\ndescription: >\n  folded\n  text\ntags: [x, 'y', \"z\\n\"]\nsettings:\n  model: gpt-4o\n"
                + "  temperature: 0.2\nvariables:\n- name: n\n  type: string\n  default: 1\n---\nHello {{n}}\n",
            "---\nname: t\nmodel:\n  api: chat\n  configuration: &c\n    type: openai\n  parameters:\n    max_tokens: 9\n"
                + "inputs:\n  q: {type: string, sample: x}\nalias: *c\n---\nsystem:\nYou.\n\nuser:\n{{q}}\n",
            "model: gpt-4o\nsystem: |-\n  Speak\n  like a pirate.\nprompt: 'About $input and ${x}'\ndefaults:\n  x: !!str 3\n",
            "system:\nA\n\n\\user:\nB\n\nuser:\nC\r\n",
            "{\"a\":[1,-2.5e3,\"x\\n\\u00e9\\ud83d\\ude00\",null,true],\"b\":{\"c\":{}}}",
            "- name: a\n  default: [1, ~, .inf, 0x1F, 2001-01-01]\n- {name: b, type: enum, choices: [x, y]}\n? a\n: b\n",
        ]
        return (UInt8(0)..<10).flatMap { kind in texts.map { [kind] + Array($0.utf8) } }
    }

    private static var templateSeeds: [[UInt8]] {
        let texts = [
            "{{#a}}\n {{> b}} {{.}} {{a.b}}\n{{/a}}{{^c}}x{{/c}}{{! no }}{{{d}}} {{&e}}\0{\"a\":[{\"b\":1},\"x\",null],\"d\":true}",
            "{a} {{b}} {a[0]} {c!r} {d:>10}\0{\"a\":\"v\"}",
            "${a:${b}} $${c} ${d:x y}\n@include(b)\n@@include(c)\n  @include(a@label)\n\0{\"b\":{\"c\":[1]}}",
            "system:\nA\n\n\\user:\nB\n\nuser:\nC\r\nassistant:\n",
        ]
        return (UInt8(0)..<5).flatMap { kind in texts.map { [kind] + Array($0.utf8) } }
    }
}
