import Completions
import PromptLibrary
import PromptRunning

/// Runs what of a batch is not done, and shows how far it is on one line of a terminal.
struct BatchProgress {
    private let journal: BatchJournal
    private let begun: BatchTotals
    private let before: Int
    private let start = ContinuousClock.now

    init(_ tasks: Int, _ journal: BatchJournal) {
        self.journal = journal
        var begun = BatchTotals(tasks: tasks)
        for result in journal.results.values { begun.add(result) }
        self.begun = begun
        before = journal.results.count
    }

    /// - Throws: where it ends early: what is done is in the journal.
    func run(_ run: BatchRun, _ tasks: [BatchTask]) async throws -> BatchTotals {
        if before > 0 { Console.error("offbook: going on: \(before) of \(Count.of(tasks.count, "task")) are done") }
        var totals = begun
        do {
            try await run.run(tasks.filter { journal.results[$0.index] == nil }) { result in
                try journal.note(result)
                totals.add(result)
                show(totals)
            }
        } catch {
            clear()
            Console.error("offbook: \(totals.done) of \(Count.of(tasks.count, "task")) are done; run it again to go on")
            throw error
        }
        clear()
        return totals
    }

    private func show(_ totals: BatchTotals) {
        guard Console.isErrorTerminal else { return }
        let seconds = max(0.001, (ContinuousClock.now - start) / .seconds(1))
        Console.progress(Self.line(totals, rate: Double(totals.done - before) / seconds, width: Console.errorWidth))
    }

    private func clear() { if Console.isErrorTerminal { Console.progress("") } }

    /// `480 of 1000 (3 failed), 12.5/s, 42 s left`, or as much of it as fits.
    ///
    /// - Parameter rate: tasks a second.
    static func line(_ totals: BatchTotals, rate: Double, width: Int) -> String {
        var line = "\(totals.done) of \(totals.tasks)"
        if totals.failed > 0 { line += " (\(totals.failed) failed)" }
        if rate > 0 {
            let tenths = Int((min(rate, 1e6) * 10).rounded())
            let left = Int((Double(totals.tasks - totals.done) / rate).rounded(.up).clamped(to: 0...1e9))
            line += ", \(tenths / 10).\(tenths % 10)/s, \(left < 120 ? "\(left) s" : "\(left / 60) min") left"
        }
        return String(line.prefix(max(0, width - 1)))
    }
}

extension Double {
    fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
        min(max(self, range.lowerBound), range.upperBound)
    }
}
