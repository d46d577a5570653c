import Changesets
import Foundation
import PromptLibrary
import PromptTemplates
import ReplicaStore
import Testing

/// Styles, providers, models, test runs, a workspace's terms and shared answers.
@Suite("The tables under completions")
struct RunningTests {
    let scratch: Scratch
    let clock = TestClock()
    let a: Node
    let b: Node

    private static let builtIns = [BuiltInStyle(name: "bpe", description: "Best practice", body: "Be precise.")]

    init() throws {
        scratch = try Scratch()
        let workspace = RowID.uuid7(at: 1)
        a = try Node("a", workspace: workspace, in: scratch, clock: clock)
        b = try Node("b", workspace: workspace, in: scratch, clock: clock)
    }

    private func meet() throws {
        clock.now += 10
        _ = try b.replica.join(a.exported())
        _ = try a.replica.join(b.exported())
    }

    private var styles: [StyleView] { get throws { try a.library.styles(builtIns: Self.builtIns).items } }

    // MARK: Styles

    @Test("a built-in style is no row until somebody edits it, and is as it came when that is taken away")
    func builtIn() throws {
        #expect(try styles.map(\.source) == [.builtIn])
        #expect(try a.library.styleHistory("bpe", builtIns: Self.builtIns).items.isEmpty)
        let edited = try a.library.setStyle("bpe", body: "Be brief.", builtIns: Self.builtIns)
        #expect(edited.source == .edited && edited.version == "v1" && edited.description == "Best practice")
        try a.library.setStyle("own", body: "Rhyme.", description: "In verse", builtIns: Self.builtIns)
        #expect(try styles.map(\.name) == ["bpe", "own"] && styles.map(\.source) == [.edited, .custom])
        try a.library.removeStyle("bpe", builtIns: Self.builtIns)
        #expect(try a.library.style("bpe", builtIns: Self.builtIns).body == "Be precise.")
        #expect(throws: LibraryError(.conflict, "")) { try a.library.removeStyle("bpe", builtIns: Self.builtIns) }
        #expect(try a.library.setStyle("bpe", body: "Again.", builtIns: Self.builtIns).version == "v2")
        #expect(throws: LibraryError(.invalid, "")) { try a.library.setStyle("a b", body: "", builtIns: []) }
        #expect(throws: LibraryError(.notFound, "")) { try a.library.style("none", builtIns: Self.builtIns) }
    }

    @Test(
        "two admins who edit a style at once write one style; both texts are in its history, and either can come back")
    func concurrentStyles() throws {
        try a.library.setStyle("own", body: "First.", builtIns: [])
        try meet()
        try a.library.setStyle("own", body: "From a.", message: "a's", builtIns: [])
        clock.now += 5
        try b.library.setStyle("own", body: "From b.", builtIns: [])
        try meet()
        let histories = try [a, b].map { try $0.library.styleHistory("own", builtIns: []).items }
        #expect(histories[0] == histories[1] && histories[0].count == 3)
        #expect(try styles.contains { $0.name == "own" && $0.body == "From b." })
        let lost = try #require(histories[0].first { $0.body == "From a." })
        #expect(lost.name.hasPrefix("v2~") && lost.message == "a's" && !lost.isCurrent)
        #expect(throws: LibraryError(.ambiguous, "")) { try a.library.rollbackStyle("own", to: "v2", builtIns: []) }
        let back = try a.library.rollbackStyle("own", to: lost.name, builtIns: [])
        #expect(back.body == "From a." && back.version == "v3")
    }

    @Test("the same style, made on two nodes that never met, is one")
    func sameStyle() throws {
        try a.library.setStyle("own", body: "One.", builtIns: [])
        try b.library.setStyle("own", body: "Two.", builtIns: [])
        try meet()
        #expect(
            try a.library.styles(builtIns: []).items.count == 1
                && a.library.styleHistory("own", builtIns: []).items.count == 2)
        #expect(try a.digest == b.digest)
    }

    // MARK: Providers and models

    @Test("providers and their models travel; the later default is the only one")
    func providers() throws {
        let change = ProviderChange(baseURL: "https://api.example.org/v1", isDefault: true)
        let first = try a.library.addProvider("example", .openai, change)
        _ = try a.library.addProvider(
            "local", .openai, ProviderChange(baseURL: "http://127.0.0.1:11434", isDefault: true))
        var model = ModelChange()
        model.capabilities = ["streaming", "tools"]
        model.prices = [
            ModelPrice(from: "2026-06-01", standard: .init(input: 100, output: 500)),
            ModelPrice(from: "2025-01-01", standard: .init(input: 150, cachedInput: 75, output: 600)),
        ]
        try a.library.setModel("small", of: "example", model)
        try meet()
        #expect(try b.library.providers().items.map(\.isDefault) == [false, true])
        let small = try #require(try b.library.models(of: first.id).items.first)
        #expect(small.capabilities == ["streaming", "tools"] && small.defaultMaxTokens == nil)
        #expect(small.price(at: 1_750_000_000_000)?.standard.input == 150)
        #expect(small.price(at: 1_800_000_000_000)?.standard.output == 500)
        #expect(small.price(at: 0) == nil)
        #expect(throws: LibraryError(.conflict, "")) { try a.library.addProvider("example", .custom, change) }
        try a.library.removeProvider("example")
        #expect(try a.library.models().items.isEmpty)
    }

    @Test(
        "no secret gets into a row",
        arguments: [
            "https://me:pass@example.org", "https://key@example.org/v1", "//x@y", "ftp://example.org", "", "https://",
            "nowhere",
            "https://a.example\\@b.example", "https://example.org:0/", "https://example.org:99999", "https://:443",
        ])
    func secrets(_ url: String) throws {
        #expect(throws: LibraryError(.invalid, "")) {
            try a.library.addProvider("p", .custom, ProviderChange(baseURL: url))
        }
        #expect(try a.library.providers().items.isEmpty)
    }

    @Test(
        "a config that holds what looks like a key is refused, wherever in it",
        arguments: ["api_key", "Authorization", "x-api-key", "password", "token"])
    func secretConfigs(_ name: String) throws {
        let config = TemplateValue.object(["headers": .list([.object([name: .text("x")])])])
        #expect(throws: LibraryError(.invalid, "")) {
            try a.library.addProvider("p", .custom, ProviderChange(baseURL: "https://example.org", config: config))
        }
        let plain = TemplateValue.object(["max_tokens": .number("5"), "tokenizer": .text("o200k")])
        _ = try a.library.addProvider("p", .custom, ProviderChange(baseURL: "https://example.org", config: plain))
    }

    @Test("prices and settings that can't be are refused")
    func invalidModels() throws {
        _ = try a.library.addProvider("p", .custom, ProviderChange(baseURL: "https://example.org"))
        let changes: [(inout ModelChange) -> Void] = [
            { $0.prices = [ModelPrice(from: "yesterday", standard: .init(input: 1, output: 1))] },
            { $0.prices = [ModelPrice(from: "2026-02-31", standard: .init(input: -1, output: 1))] },
            { $0.prices = [ModelPrice(from: "2026-01-01", standard: .init(input: 1, output: 1), longAbove: 5)] },
            { $0.defaultTemperature = 3 }, { $0.defaultMaxTokens = 0 }, { $0.maxContextLength = -1 },
        ]
        for change in changes {
            var model = ModelChange()
            change(&model)
            #expect(throws: LibraryError(.invalid, "")) { try a.library.setModel("m", of: "p", model) }
        }
    }

    // MARK: Sealed keys

    @Test("a key opens for its provider and its origin only, and lies nowhere as it is")
    func sealedKeys() throws {
        let keys = ProviderKeys(DataDirectory(path: scratch.path))
        let (one, other) = (RowID.uuid7(at: 1), RowID.uuid7(at: 2))
        let secret = "sk-0123456789abcdefghijWXYZ"
        try keys.set(secret, of: one, name: "example", baseURL: "https://API.example.org/v1")
        #expect(try keys.open(one, baseURL: "https://api.example.org:443/v2?x") == secret)
        #expect(try keys.open(other, baseURL: "https://api.example.org/v1") == nil)
        for url in ["http://api.example.org/v1", "https://evil.example.org/v1", "https://api.example.org:8443"] {
            #expect(throws: ReplicaError(.denied, "")) { try keys.open(one, baseURL: url) }
        }
        #expect(try keys.list().map(\.ending) == ["WXYZ"])
        for file in ["provider-keys.json", "provider.key"] {
            let path = "\(scratch.path)/\(file)"
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try !String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self).contains("0123456789"))
        }
        // Somebody who writes the file can't give the key to another provider, or origin.
        let path = "\(scratch.path)/provider-keys.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        for (what, by) in [(one.hex, other.hex), ("api.example.org", "evil.example.org")] {
            try text.replacingOccurrences(of: what, with: by).write(toFile: path, atomically: true, encoding: .utf8)
            let (id, host) = what == one.hex ? (other, "api") : (one, "evil")
            #expect(throws: ReplicaError(.damaged, "")) { try keys.open(id, baseURL: "https://\(host).example.org") }
        }
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try keys.remove(one) && !keys.remove(one))
        #expect(throws: ReplicaError(.invalid, "")) { try keys.set("a b", of: one, name: "", baseURL: "https://x.org") }
        try keys.set("short", of: one, name: "x", baseURL: "https://x.org")
        #expect(try keys.list().map(\.ending) == [""])
    }

    // MARK: Test runs, terms, shared answers

    @Test("a test run keeps what went in and came out, is rated, and counts as use of its version")
    func testRuns() throws {
        _ = try a.library.create(NewPrompt(name: "greeting", body: "Hello"))
        let version = try RowID(hex: a.library.history("greeting").items[0].id)
        let use = MeasuredUse(
            provider: "stub", model: "small", inputTokens: 3, outputTokens: 4, cost: 2_000_000, latency: 30)
        let run = try a.library.recordTestRun(
            of: "greeting", NewTestRun(version: version, input: .object(["x": .number("1")]), output: "Hi", use: use))
        #expect(run.version == "v1" && run.tokensUsed == 7 && run.cost == 0.002)
        try meet()
        #expect(try b.library.rateTestRun(run.id, rating: 4, feedback: "good").rating == 4)
        try meet()
        #expect(try a.library.testRuns(of: "greeting").items.map(\.feedback) == ["good"])
        let view = try #require(try a.library.history("greeting").items.first)
        #expect(view.usageCount == 1 && view.averageLatency == 30 && view.averageCost == 0.002)
        for rating in [0, 6, .max] {
            #expect(throws: LibraryError(.invalid, "")) { try a.library.rateTestRun(run.id, rating: rating) }
        }
        #expect(throws: LibraryError(.notFound, "")) { try a.library.rateTestRun("ff", rating: 1) }
    }

    @Test("what belongs to a purged prompt goes everywhere: runs, jobs, answers and use")
    func purged() throws {
        let prompt = try a.library.create(NewPrompt(name: "secret", body: "swordfish"))
        let id = try #require(RowID(hex: prompt.id))
        try a.library.changeWorkspaceTerms { $0.sharesAnswers = true }
        let run = NewTestRun(version: nil, input: .null, output: "swordfish", use: MeasuredUse(provider: "", model: ""))
        _ = try a.library.recordTestRun(of: "secret", run)
        _ = try a.library.queue(NewJob(request: #"{"a":"swordfish"}"#, prompt: id))
        try a.library.shareAnswer([1], model: "m", answer: #""swordfish""#, prompt: id, life: 1000)
        try meet()
        let tables = ["test_runs", "jobs", "shared_answers", "usage_events"]
        for table in tables { #expect(try b.query("SELECT count(*) FROM \(table)") == [["1"]]) }
        _ = try a.library.purge(a.library.promptToPurge("secret"), reason: "leaked")
        try meet()
        for node in [a, b] {
            for table in tables { #expect(try node.query("SELECT count(*) FROM \(table)") == [["0"]]) }
        }
    }

    @Test("a workspace's terms are read and changed one by one")
    func terms() throws {
        #expect(try a.library.workspaceTerms() == WorkspaceTerms() && a.library.workspaceTerms().allows("any"))
        try meet()
        try a.library.changeWorkspaceTerms {
            $0.allowedModels = ["small", "large"]
            $0.defaultModel = "small"
            $0.costLimit = 5_000_000_000
        }
        try b.library.changeWorkspaceTerms {
            $0.tokenLimit = 1000; $0.defaultTemperature = 0.5
        }
        try meet()
        let terms = try b.library.workspaceTerms()
        #expect(terms.costLimit == 5_000_000_000 && terms.tokenLimit == 1000 && terms.defaultTemperature == 0.5)
        #expect(!terms.allows("huge") && terms.allows("large"))
        #expect(throws: LibraryError(.invalid, "")) { try a.library.changeWorkspaceTerms { $0.defaultModel = "huge" } }
        #expect(throws: LibraryError(.invalid, "")) { try a.library.changeWorkspaceTerms { $0.costLimit = -1 } }
    }

    @Test("a shared answer is there until it expires, and leaves nothing behind but its deletion")
    func sharedAnswers() throws {
        #expect(try !a.library.shareAnswer([1, 2], model: "m", answer: "{}", life: 1000))
        try a.library.changeWorkspaceTerms { $0.sharesAnswers = true }
        try a.library.shareAnswer([1, 2], model: "m", answer: #"{"t":"one"}"#, life: 1000)
        try a.library.shareAnswer([1, 2], model: "m", answer: #"{"t":"two"}"#, life: 1000)
        try meet()
        #expect(try b.library.sharedAnswer([1, 2])?.answer == #"{"t":"two"}"# && b.library.sharedAnswer([2]) == nil)
        clock.now += 1000
        #expect(try b.library.sharedAnswer([1, 2]) == nil)
        #expect(try a.library.removeExpiredAnswers() == 1 && a.library.removeExpiredAnswers() == 0)
        try meet()
        for node in [a, b] {
            #expect(try node.query("SELECT count(*), max(answer) FROM deleted_shared_answers") == [["1", ""]])
        }
        try a.library.shareAnswer([1, 2], model: "m", answer: "3", life: 1000)
        try meet()
        #expect(try b.library.sharedAnswer([1, 2])?.answer == "3")
        #expect(try a.library.removeSharedAnswers() == 1)
    }

    @Test("use is summed by day, prompt, model, user and kind; what was not measured is no zero")
    func usage() throws {
        _ = try a.library.create(NewPrompt(name: "greeting", body: "Hello"))
        let prompt = try #require(RowID(hex: a.library.list().items[0].id))
        func event(_ model: String, _ cost: Int64?, _ outcome: UsageOutcome = .ok, prompt: RowID? = nil) -> UsageEvent {
            UsageEvent(
                .completion, prompt: prompt,
                use: MeasuredUse(
                    provider: "p", model: model, inputTokens: 10, outputTokens: 1, cost: cost, latency: cost,
                    outcome: outcome))
        }
        let once = RowID.uuid7(at: 5)
        var repeated = event("small", 100, prompt: prompt)
        repeated.id = once
        try a.library.record([repeated, repeated, event("small", nil), event("large", 50, .error)])
        let byModel = try a.library.usage(by: .model).items
        #expect(byModel.map(\.name) == ["small", "large"] && byModel.map(\.count) == [2, 1])
        #expect(byModel.map(\.withoutCost) == [1, 0] && byModel.map(\.errors) == [0, 1])
        #expect(byModel.map(\.averageLatency) == [100, 50] && byModel.map(\.inputTokens) == [20, 10])
        #expect(try a.library.usage(by: .prompt).items.map(\.promptID) == [nil, prompt.hex])
        #expect(try a.library.usage(by: .user).items.map(\.name) == ["a"])
        #expect(try a.library.usage(by: .kind, of: "greeting").items.map(\.count) == [1])
        #expect(try a.library.usage(by: .day).items.count == 1)
        try meet()
        #expect(try b.library.usage(by: .model, isOwn: true).items.isEmpty)
        // Nobody's numbers stop the sums.
        try a.sqlite(
            "INSERT INTO usage_events (kind, cost, input_tokens) VALUES ('test', 9223372036854775807, -9223372036854775808), ('test', 9223372036854775807, -9223372036854775808)"
        )
        #expect(try a.library.usage(by: .kind).items.contains { $0.count == 2 && $0.cost > 9e9 })
    }
}
