/// Something that must hold and did not.
package struct Violation: Error, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, CaseIterable {
        /// A row that can't be read, or a finding of the doctor's.
        case damage
        /// Replicas that received the same are not the same.
        case convergence
        /// What was saved or acknowledged is not there.
        case durability
        /// A write that has no clock to show for it.
        case capture
        /// An edit that is not later than what it overwrote.
        case clock
        /// A state that is not the join of what came and what was there.
        case join
        /// A lost value that the journal lacks, or an entry of one that was not lost.
        case journal
        /// Part of a transaction.
        case atomicity
        /// Healing that changed what people see.
        case healing
        /// A foreign row or workspace that was let in.
        case isolation
        /// Rows that travel although nothing changed.
        case work
        /// An error where there should be none.
        case error
    }

    package var kind: Kind
    package var detail: String

    init(_ kind: Kind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    package var description: String { "\(kind.rawValue): \(detail)" }
}

func require(_ condition: Bool, _ kind: Violation.Kind, _ detail: @autoclosure () -> String) throws {
    guard condition else { throw Violation(kind, detail()) }
}
