internal import Changesets
internal import Completions
internal import Policies
internal import PromptLibrary
internal import Synchronization

/// Judges one call by the policies that hold for it.
///
/// A policy of cost that blocks judges what a call may cost before anybody is asked, as nobody can take back what was
/// paid. One of latency that blocks ends an answer that comes, or goes on coming, later than that.
final class PolicyJudge: CallJudge {
    private struct State {
        var notes: ViolationNotes
        var texts: [String: HeardText] = [:]
        /// What each choice says, where a policy asks something of all of it.
        var spoken: [Int: String] = [:]
        var isReported = false
    }

    /// Of the texts of one answer: a provider may name as many as it likes.
    private static let textsMax = 256

    private let policies: [Policy]
    private let unreadable: String?
    private let report: @Sendable ([NewViolation]) -> Void
    private let start = ContinuousClock.now
    private let state: Mutex<State>

    init(
        _ policies: [Policy], unreadable: String?, _ notes: ViolationNotes,
        _ report: @escaping @Sendable ([NewViolation]) -> Void
    ) {
        (self.policies, self.unreadable, self.report) = (policies, unreadable, report)
        state = Mutex(State(notes: notes))
    }

    /// At the latest when nobody holds it any more: a client may go at any time.
    deinit { tell() }

    var warnings: [String] {
        let names = Dictionary(policies.map { ($0.id, $0.name) }, uniquingKeysWith: { $1 })
        return state.withLock { $0.notes.all }.compactMap { $0.warning(names[$0.policy.hex] ?? "") }
    }

    func admit(_ text: String, cost: Int?) throws(CompletionError) {
        if let unreadable {
            throw CompletionError(
                .policyViolation, "the policy “\(unreadable)” can't be read by this Offbook; upgrade it")
        }
        var objection: CompletionError?
        for policy in policies {
            let findings = policy.findings(in: text, side: .input)
            note(findings, policy, .input)
            if policy.action == .block, let first = findings.first { objection = objection ?? .refusal(policy, first) }
        }
        if let error = objection ?? tooDear(cost) { throw end(error) }
    }

    private func tooDear(_ cost: Int?) -> CompletionError? {
        guard let cost else { return nil }
        for policy in policies where policy.action == .block {
            guard let finding = policy.findings(costUSD: Double(cost) / 1e9).first else { continue }
            note([finding], policy, nil)
            return .tooDear(policy, finding)
        }
        return nil
    }

    func hear(_ piece: String, at place: String, by speaker: Int?) throws(CompletionError) -> Int {
        if let error = tooLate() { throw end(error) }
        let asksOfWhole = policies.contains(where: \.asksOfWhole)
        let (cleared, objection) = state.withLock { state -> (Int, CompletionError?) in
            if let speaker, asksOfWhole { state.spoken[speaker, default: ""] += piece }
            // Taken out, so that it is not copied as it grows.
            let known = state.texts.removeValue(forKey: place)
            guard known != nil || state.texts.count < Self.textsMax else { return (0, Self.tooMany) }
            var text = known ?? HeardText(policies)
            let cleared = text.hear(piece, &state.notes, policies)
            state.texts[place] = text
            return (cleared, text.objection)
        }
        if let objection { throw end(objection) }
        return cleared
    }

    private static let tooMany = CompletionError(
        .malformedAnswer, "the provider's answer has more than \(textsMax) texts beside each other")

    func close(_ place: String) throws(CompletionError) {
        let objection = state.withLock { state -> CompletionError? in
            var text = state.texts.removeValue(forKey: place)
            text?.finish(&state.notes, policies)
            return text?.objection
        }
        if let objection { throw end(objection) }
    }

    /// What costs or takes more than it may, and does not block, is only written down.
    func finish(_ summary: CompletionSummary) throws(CompletionError) {
        if let error = tooLate() { throw end(error) }
        for policy in policies {
            if policy.kind == .latency { note(policy.findings(milliseconds: elapsed), policy, nil, isOver: true) }
            if let cost = summary.cost {
                note(policy.findings(costUSD: Double(cost) / 1e9), policy, nil, isOver: true)
            }
        }
        let objection = state.withLock { state in
            for place in state.texts.keys.sorted() { state.texts[place]?.finish(&state.notes, policies) }
            return state.texts.values.lazy.compactMap(\.objection).first ?? lack(&state)
        }
        if let objection { throw end(objection) }
        tell()
    }

    /// What is missing is missing from an answer that says nothing, too.
    private func lack(_ state: inout State) -> CompletionError? {
        var objection: CompletionError?
        for policy in policies where policy.asksOfWhole {
            for text in state.spoken.isEmpty ? [""] : Array(state.spoken.values) {
                let found = policy.findings(in: text, side: .output).filter(\.isOfWhole)
                for finding in found { state.notes.note(finding, policy, .output) }
                if policy.action == .block, let first = found.first { objection = objection ?? .silence(policy, first) }
            }
        }
        return objection
    }

    private var elapsed: Double { Double((ContinuousClock.now - start).milliseconds) }

    private func tooLate() -> CompletionError? {
        for policy in policies where policy.action == .block && policy.kind == .latency {
            guard let finding = policy.findings(milliseconds: elapsed).first else { continue }
            note([finding], policy, nil)
            return .tooLate(policy, finding)
        }
        return nil
    }

    /// - Parameter isOver: whether nothing can be blocked any more.
    private func note(_ findings: [Finding], _ policy: Policy, _ side: PolicySide?, isOver: Bool = false) {
        guard !findings.isEmpty else { return }
        let done = isOver && policy.action == .block ? .warn : policy.action
        state.withLock { state in for finding in findings { state.notes.note(finding, policy, side, done) } }
    }

    private func end(_ error: CompletionError) -> CompletionError {
        tell()
        return error
    }

    private func tell() {
        let found = state.withLock { state in
            defer { state.isReported = true }
            return state.isReported ? [] : state.notes.all
        }
        if !found.isEmpty { report(found) }
    }
}

extension CompletionError {
    fileprivate static func refusal(_ policy: Policy, _ finding: Finding) -> CompletionError {
        CompletionError(
            .policyViolation, "the policy “\(policy.name)” does not let this go to a model: \(finding.shown)")
    }

    static func silence(_ policy: Policy, _ finding: Finding?) -> CompletionError {
        let what = finding.map { ": \($0.shown)" } ?? ""
        return CompletionError(.policyViolation, "the policy “\(policy.name)” does not let this answer through\(what)")
    }

    fileprivate static func tooDear(_ policy: Policy, _ finding: Finding) -> CompletionError {
        CompletionError(
            .policyViolation,
            "the policy “\(policy.name)” lets a call cost \(finding.threshold ?? 0) dollars, and this one may cost "
                + "\(finding.measured ?? 0); ask for fewer tokens")
    }

    fileprivate static func tooLate(_ policy: Policy, _ finding: Finding) -> CompletionError {
        CompletionError(
            .policyViolation,
            "the policy “\(policy.name)” lets an answer take \(finding.threshold ?? 0) ms, and this one took longer")
    }
}

extension Finding {
    fileprivate var shown: String { masked.isEmpty ? kind : "\(kind) \(masked)" }
}
