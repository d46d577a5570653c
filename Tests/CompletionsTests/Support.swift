import NIOCore
import ProviderStub
import Synchronization

@testable import Completions

/// Counts what happens to reservations and records.
final class Ledger: CompletionBudget, CompletionRecorder {
    struct State {
        var reserved = 0
        var settled = 0
        var refunded = 0
        var records: [CompletionSummary] = []
    }

    struct Empty: Error {}

    private struct Reservation: BudgetReservation {
        let ledger: Ledger

        func settle(_ summary: CompletionSummary) async { ledger.state.withLock { $0.settled += 1 } }
        func refund(_ summary: CompletionSummary) async { ledger.state.withLock { $0.refunded += 1 } }
    }

    private let balance: Int
    let state = Mutex(State())

    init(balance: Int = .max) { self.balance = balance }

    func reserve(_ call: CompletionCall) async throws -> any BudgetReservation {
        try state.withLock { state in
            guard state.reserved - state.refunded < balance else { throw Empty() }
            state.reserved += 1
        }
        return Reservation(ledger: self)
    }

    func record(_ call: CompletionCall, _ summary: CompletionSummary) async {
        state.withLock { $0.records.append(summary) }
    }

    var settled: Int { state.withLock { $0.settled } }
    var refunded: Int { state.withLock { $0.refunded } }
    var reserved: Int { state.withLock { $0.reserved } }
    var records: [CompletionSummary] { state.withLock { $0.records } }
}

/// An engine before a stub.
struct Bench {
    var stub: ProviderStub
    var engine: CompletionEngine
    let ledger: Ledger

    init(
        ledger: Ledger = Ledger(), _ change: (inout Upstream.Settings) -> Void = { _ in },
        _ script: @escaping StubScript
    ) async throws {
        stub = try await ProviderStub.start(script)
        var settings = Upstream.Settings()
        settings.retries.base = 1
        settings.environment = { $0 == "STUB_KEY" ? "sk-very-secret" : nil }
        change(&settings)
        self.ledger = ledger
        engine = CompletionEngine(Upstream(settings))
        engine.budget = ledger
        engine.recorder = ledger
    }

    func provider(
        _ format: WireFormat = .openai, name: String = "stub", key: Provider.KeySource = .environment("STUB_KEY")
    )
        throws -> Provider
    {
        try Provider(name: name, format: format, base: stub.base, key: key)
    }

    func call(
        _ body: String, _ client: WireFormat = .openai, provider: WireFormat = .openai, model: String = "real",
        _ change: (inout Provider) -> Void = { _ in }
    ) throws -> CompletionCall {
        var made = try self.provider(provider)
        change(&made)
        return CompletionCall(
            id: "1", workspace: "w", try InboundRequest(client, Array(body.utf8)), routes: [.init(made, model: model)])
    }
}

enum Bodies {
    static let openAI =
        #"{"model":"m","messages":[{"role":"user","content":"hi"}],"logit_bias":{"50256":-100},"new_field":1.50}"#
    static let streamed = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"stream":true}"#
    static let still = #"{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0}"#
    static let stillStreamed =
        #"{"model":"m","messages":[{"role":"user","content":"hi"}],"temperature":0,"stream":true}"#
    static let anthropic = #"{"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}]}"#
    static let anthropicStreamed =
        #"{"model":"m","max_tokens":10,"stream":true,"messages":[{"role":"user","content":"hi"}]}"#
}

/// Waits for what comes sooner or later.
func eventually(_ isTrue: () -> Bool) async -> Bool {
    for _ in 0..<1000 {
        if isTrue() { return true }
        try? await Task.sleep(for: .milliseconds(10))
    }
    return isTrue()
}

func read(_ stream: CompletionStream) async throws -> String {
    var bytes: [UInt8] = []
    for try await chunk in stream { bytes += chunk.readableBytesView }
    return String(decoding: bytes, as: UTF8.self)
}

/// What a test and its stub both see.
final class Held: Sendable {
    private let held: Mutex<Bool>

    init(_ value: Bool) { held = Mutex(value) }

    var value: Bool {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
