/// What calls cost somebody.
package protocol CompletionBudget: Sendable {
    /// Asked before a provider is; not asked where the cache has the answer.
    ///
    /// - Throws: where the call must not be made. The caller gets the error as it is.
    func reserve(_ call: CompletionCall) async throws -> any BudgetReservation
}

/// Exactly one of the two is called, once, however a call ends. The task may be cancelled by then: what is to be done
/// is done all the same.
package protocol BudgetReservation: Sendable {
    func settle(_ summary: CompletionSummary) async
    func refund(_ summary: CompletionSummary) async
}

/// Writes down what became of calls: once for each that was not refused by its budget.
package protocol CompletionRecorder: Sendable {
    func record(_ call: CompletionCall, _ summary: CompletionSummary) async
    /// The part of ``record(_:_:)`` that is about what was said, and not about what it took: for recorders that take
    /// the place of another and count in their own way.
    func log(_ call: CompletionCall, _ summary: CompletionSummary) async
    /// An answer that the cache has taken.
    func kept(_ answer: CachedAnswer, of call: CompletionCall) async
}

extension CompletionRecorder {
    package func log(_ call: CompletionCall, _ summary: CompletionSummary) async {}
    package func kept(_ answer: CachedAnswer, of call: CompletionCall) async {}
}

/// For those who pay nothing.
package struct FreeBudget: CompletionBudget {
    private struct Nothing: BudgetReservation {
        func settle(_ summary: CompletionSummary) async {}
        func refund(_ summary: CompletionSummary) async {}
    }

    package init() {}

    package func reserve(_ call: CompletionCall) async throws -> any BudgetReservation { Nothing() }
}

/// For those who keep no record.
package struct NoRecorder: CompletionRecorder {
    package init() {}

    package func record(_ call: CompletionCall, _ summary: CompletionSummary) async {}
}
