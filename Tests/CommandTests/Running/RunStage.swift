import Foundation
import ProviderStub

/// A library with a prompt, and a model server that can be taken away.
struct RunStage {
    let scratch: Scratch
    let node: Node
    let stub: ProviderStub

    init(_ script: @escaping StubScript = StubModels.script) async throws {
        scratch = try Scratch()
        node = Node("node", in: scratch)
        stub = try await ProviderStub.start(script)
        try node.run("new", "greeting", "--body", "Greet {{name}} warmly.")
    }

    /// Nobody's own keys are used.
    var environment: [String: String] {
        ["OFFBOOK_LOCAL_MODELS": stub.base, "OPENAI_API_KEY": "", "ANTHROPIC_API_KEY": ""]
    }

    func attempt(_ arguments: String..., input: String? = nil, knowsStub: Bool = true) throws -> Outcome {
        var environment = environment
        if !knowsStub { environment["OFFBOOK_LOCAL_MODELS"] = "" }
        return try node.attempt(arguments, environment: environment, input: input)
    }

    func run(_ arguments: String..., input: String? = nil) throws -> Outcome {
        try node.run(arguments, environment: environment, input: input)
    }

    /// How often something of each kind and outcome was done.
    func events() throws -> [String] {
        try node.sql("SELECT kind || ' ' || outcome || ' ' || route FROM usage_events ORDER BY occurred_at, id")
            .split(separator: "\n").map(String.init)
    }
}
