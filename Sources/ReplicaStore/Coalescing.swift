internal import Synchronization

/// Has a piece of work done for each of several subjects: for one subject by one task at a time. Who asks while
/// it is done has it done once more, however often they ask.
package final class Coalescing<Subject: Hashable & Sendable>: Sendable {
    /// Whether it was asked for again, of what is being done.
    private let again = Mutex<[Subject: Bool]>([:])

    package init() {}

    package func ask(_ subject: Subject, _ work: @escaping @Sendable () async -> Void) {
        let isBusy = again.withLock { again in
            defer { again[subject] = again[subject] != nil }
            return again[subject] != nil
        }
        if !isBusy { Task { await run(subject, work) } }
    }

    private func run(_ subject: Subject, _ work: @Sendable () async -> Void) async {
        var isDue = true
        while isDue {
            await work()
            isDue = again.withLock { again in
                let isDue = again[subject] == true
                again[subject] = isDue ? false : nil
                return isDue
            }
        }
    }
}
