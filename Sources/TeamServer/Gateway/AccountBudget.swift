internal import Changesets
internal import Completions
internal import DirectoryStore
internal import Logging
internal import PromptRunning
internal import ReplicaStore

/// What an account and its workspace may spend, asked and told of each call.
struct AccountBudget: CompletionBudget {
    let ledger: CreditLedger
    let account: RowID
    let workspace: Int64
    let limits: SpendingLimits
    let catalog: ModelCatalog
    /// Whether the charge outlives the server, as that of a queued job does.
    var isJob = false
    let logger: Logger

    func reserve(_ call: CompletionCall) async throws -> any BudgetReservation {
        let request = ChargeRequest(
            call.id, account: account, workspace: workspace, isJob: isJob, expected: try expected(call),
            limits: limits, levels: catalog.levels.levels(of: call.request.model).map(\.rawValue))
        switch try await ledger.reserve(request) {
        case .reserved(let reservation): return Held(ledger: ledger, reservation: reservation, logger: logger)
        case .charged: return Paid()
        }
    }

    /// What it may come to, where a limit says how much that may be.
    ///
    /// - Throws: `AccountError` `.limitReached` where nobody knows what it costs: a limit of costs would be none.
    private func expected(_ call: CompletionCall) throws -> Spending {
        guard limits.cost != nil || limits.tokens != nil else { return Spending() }
        let usage = call.request.expectedUsage
        guard limits.cost != nil else { return Spending(tokens: Int64(usage.total)) }
        let costs = try call.routes.map { route in
            guard
                let cost = catalog.prices.cost(
                    provider: route.provider.name, models: [route.model], usage, at: Int(systemMilliseconds() / 1000))
            else {
                throw AccountError(
                    .limitReached,
                    "the workspace has a limit of costs, and nobody has said what “\(route.model)” costs; "
                        + "an admin can, with offbook models set")
            }
            return Int64(cost)
        }
        return Spending(cost: costs.max() ?? 0, tokens: Int64(usage.total))
    }

    private struct Held: BudgetReservation {
        let ledger: CreditLedger
        let reservation: Reservation
        let logger: Logger

        /// Of what a provider does not say, where a client has gone for one, that counts which was expected.
        func settle(_ summary: CompletionSummary) async {
            let spent = Spending(
                cost: summary.cost.map { Int64($0) } ?? reservation.expected.cost,
                tokens: summary.usage.map { Int64($0.total) } ?? reservation.expected.tokens)
            // Where credits are at stake they are settled before the answer is given.
            guard reservation.isAwaited else { return ledger.settleLater(reservation, spent, failed: tell) }
            await telling { try await ledger.settle(reservation, spent) }
        }

        func refund(_ summary: CompletionSummary) async { await telling { try await ledger.refund(reservation) } }

        /// What could not be written is still reserved: it is given back when the server starts again.
        private func telling(_ change: () async throws -> Void) async {
            do { try await change() } catch { tell(error) }
        }

        private func tell(_ error: any Error) {
            logger.error("a reservation stays", metadata: ["charge": "\(reservation.charge)", "error": "\(error)"])
        }
    }

    /// It was settled before.
    private struct Paid: BudgetReservation {
        func settle(_ summary: CompletionSummary) async {}
        func refund(_ summary: CompletionSummary) async {}
    }
}
