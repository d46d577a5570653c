internal import Changesets
internal import Completions
internal import DirectoryStore
internal import Logging

/// What an account and its workspace may spend, asked and told of each call.
struct AccountBudget: CompletionBudget {
    let ledger: CreditLedger
    let account: RowID
    let workspace: Int64
    let limits: SpendingLimits
    let levels: LevelTable
    /// Whether the charge outlives the server, as that of a queued job does.
    var isJob = false
    let logger: Logger

    func reserve(_ call: CompletionCall) async throws -> any BudgetReservation {
        let request = ChargeRequest(
            call.id, account: account, workspace: workspace, isJob: isJob, limits: limits,
            levels: levels.levels(of: call.request.model).map(\.rawValue))
        switch try await ledger.reserve(request) {
        case .reserved(let reservation): return Held(ledger: ledger, reservation: reservation, logger: logger)
        case .charged: return Paid()
        }
    }

    private struct Held: BudgetReservation {
        let ledger: CreditLedger
        let reservation: Reservation
        let logger: Logger

        func settle(_ summary: CompletionSummary) async {
            let spent = Spending(
                cost: Int64(summary.cost ?? 0), tokens: Int64(summary.usage?.total ?? 0))
            // Where credits are at stake they are settled before the answer is given.
            guard reservation.credits > 0 else { return ledger.settleLater(reservation, spent, failed: tell) }
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
